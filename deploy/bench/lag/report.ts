import type { NamedProcess } from '../load/sample.ts';
import { percentile } from '../percentile.ts';
import { figure, table } from '../table.ts';
import type { PacedResult } from './paced-load.ts';
import type { Plan } from './plan.ts';

export interface Report {
  readonly plan: Plan;
  readonly result: PacedResult;
  /** CPU time of each process over all commands, in ms; undefined where it can't be told. */
  readonly cpu: readonly { readonly name: NamedProcess['name']; readonly ms: number | undefined }[];
}

const GOAL_P99_MS = 250;

/** So much of the rate is the rate. */
const REACHED = 0.99;

interface Spread {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
}

const spreadOf = (sorted: Float64Array): Spread => ({
  p50Ms: percentile(sorted, 50),
  p99Ms: percentile(sorted, 99),
  longestMs: percentile(sorted, 100),
});

export function summaryOf({ plan, result, cpu }: Report) {
  const { perSecond, commands } = result;
  return {
    perSecond,
    reached: perSecond >= REACHED * plan.perSecond,
    command: spreadOf(result.latenciesMs),
    lag: spreadOf(result.lagsMs),
    followed: result.lagsMs.length,
    readsEach: result.reads / result.lagsMs.length,
    cpuUs: cpu.map(({ name, ms }) => ({ name, us: ms === undefined ? undefined : (ms * 1_000) / commands })),
  };
}

export function reportText(report: Report): string {
  const { plan } = report;
  const { perSecond, reached, command, lag, followed, readsEach, cpuUs } = summaryOf(report);
  const spread = ({ p50Ms, p99Ms, longestMs }: Spread) => [p50Ms, p99Ms, longestMs].map(figure);
  return [
    `${figure(plan.perSecond)} commands a second over ${figure(plan.accounts)} accounts for ${plan.measureMs / 1_000} s, at ${plan.at}'s port, with everything running`,
    '',
    table([
      ['', 'p50', 'p99', 'longest ms', 'goal of p99', ''],
      ['from due to answer', ...spread(command)],
      ['from answer to read', ...spread(lag), figure(GOAL_P99_MS), lag.p99Ms <= GOAL_P99_MS ? 'ok' : 'above'],
    ]),
    '',
    table([
      ['', 'commands/s', 'goal', ''],
      ['answered', figure(perSecond), figure(plan.perSecond), reached ? 'ok' : 'below'],
    ]),
    '',
    table([
      ['CPU us a command', ...cpuUs.map(({ name }) => name)],
      ['', ...cpuUs.map(({ us }) => figure(us))],
    ]),
    '',
    `from answer to read: until a default read of the account shows the command's revision; of ${followed} commands, each`,
    `read ${readsEach.toFixed(1)} times, every 10 ms, at query-api's port`,
  ].join('\n');
}

/** Everything that was measured, for a file. */
export function reportFigures(report: Report): unknown {
  const { plan, result } = report;
  return {
    plan,
    goals: { lagP99Ms: GOAL_P99_MS },
    summary: summaryOf(report),
    lagsMs: [...result.lagsMs],
  };
}
