import { DRIVER, type Sample } from '../load/sample.ts';
import { VERSION_REVISIONS } from '../projection/versions.ts';
import { figure, table } from '../table.ts';
import type { BackdatedCell } from './measure-backdated.ts';
import type { Beside } from './measure-beside.ts';
import type { DatedCell } from './measure-dated.ts';
import { NOW_CONNECTIONS } from './measure-now.ts';
import { SUMMED_CONNECTIONS, type SummedCell } from './measure-summed.ts';
import type { Plan } from './plan.ts';
import { backdatedSummary, besideSummary, datedSummary, ratioOf } from './summary.ts';

/** Undefined: not asked for. */
export interface Report {
  readonly plan: Plan;
  readonly now: Beside | undefined;
  readonly summed: readonly SummedCell[] | undefined;
  readonly dated: readonly DatedCell[] | undefined;
  readonly backdated: readonly BackdatedCell[] | undefined;
}

/** A long account costs at most so many times what a short one costs. */
const GOAL_LONG = 2;
/** Of a bare Express route. */
const GOAL_NOW = 0.7;

const times = (ratio: number | undefined) => (ratio === undefined ? '-' : ratio.toFixed(2));

export function reportText(report: Report): string {
  const { plan, now, summed, dated, backdated } = report;
  const parts = [
    now && nowText(plan, now),
    summed && summedText(plan, summed),
    dated && datedText(plan, dated),
    backdated && backdatedText(plan, backdated),
  ];
  return [...parts.filter((part) => part !== undefined), LEGEND].join('\n\n');
}

const LEGEND = `medians of the rounds, in which slices of both alternate; us: CPU time for each answer in microseconds
in order, one in ten, all random: which lines of the account have a random date before their recording`;

function besideTable(
  rows: readonly (readonly [name: string, cell: Beside, goal: number | undefined])[],
  other: string,
) {
  const cpuNames = (samples: readonly Sample[] | undefined) => Object.keys(samples?.[0]?.cpuUs ?? {});
  const [ledgerCpu, otherCpu] = [cpuNames(rows[0]?.[1].ledger), cpuNames(rows[0]?.[1].other)];
  const head = ['query-api/s', `${other}/s`, 'ratio', 'goal', '', 'query-api p50', 'p99 ms', `${other} p50`, 'p99 ms'];
  return table([
    ['', ...head, ...ledgerCpu.map((name) => `${name} us`), ...otherCpu.map((name) => `its ${name} us`)],
    ...rows.map(([name, cell, goal]) => {
      const { ledger, other, ratio } = besideSummary(cell);
      return [
        name,
        figure(ledger.perSecond),
        figure(other.perSecond),
        times(ratio),
        goal === undefined ? '' : goal.toFixed(1),
        goal === undefined ? '' : ratio >= goal ? 'ok' : 'below',
        ...[ledger.p50Ms, ledger.p99Ms, other.p50Ms, other.p99Ms].map(figure),
        ...ledgerCpu.map((process) => figure(ledger.cpuUs[process])),
        ...otherCpu.map((process) => figure(other.cpuUs[process])),
      ];
    }),
  ]);
}

function nowText({ compared, manyAccounts }: Plan, now: Beside): string {
  return [
    `Balances now of ${figure(manyAccounts)} accounts, beside a bare Express route with a constant answer of the same size;`,
    `${NOW_CONNECTIONS} connections, ${compared.rounds} rounds`,
    '',
    besideTable([['balance now', now, GOAL_NOW]], 'bare'),
  ].join('\n');
}

function summedText({ compared }: Plan, cells: readonly SummedCell[]): string {
  return [
    'Dated balances, beside Express and pg with the sum of an indexed table in the same PostgreSQL, at the same dates;',
    `${SUMMED_CONNECTIONS} connections, ${compared.rounds} rounds`,
    '',
    besideTable(
      cells.map((cell) => [`${figure(cell.lines)} lines`, cell, cell.goal]),
      'sum',
    ),
  ].join('\n');
}

function datedText({ shortLines, longLines, dated }: Plan, cells: readonly DatedCell[]): string {
  const [short, long] = [figure(shortLines), figure(longLines)];
  const head = [
    'connections',
    `${short} p50`,
    'p99',
    `${long} p50`,
    'p99 ms',
    'ratio',
    'goal',
    '',
    'CPU us',
    '',
    'ratio',
  ];
  return [
    `Dated balances of accounts of ${short} and of ${long} lines at random dates; ${dated.rounds} rounds`,
    '',
    table([
      ['', ...head, `${DRIVER} us`],
      ...cells.map((cell) => {
        const summary = datedSummary(cell);
        const { ratio } = summary;
        return [
          `${cell.order}, ${cell.kind}`,
          String(cell.connections),
          ...[summary.short.p50Ms, summary.short.p99Ms, summary.long.p50Ms, summary.long.p99Ms].map(milliseconds),
          times(ratio),
          GOAL_LONG.toFixed(1),
          ratio <= GOAL_LONG ? 'ok' : 'above',
          figure(summary.shortUs),
          figure(summary.longUs),
          times(ratioOf(summary.longUs, summary.shortUs)),
          figure(summary.long.cpuUs[DRIVER]),
        ];
      }),
    ]),
  ].join('\n');
}

const milliseconds = (ms: number) => ms.toFixed(2);

function backdatedText({ shortLines, longLines, backdated }: Plan, cells: readonly BackdatedCell[]): string {
  const [short, long] = [figure(shortLines), figure(longLines)];
  return [
    `Backdated lines that are projected one at a time, onto accounts of ${short} and of ${long} lines;`,
    `${backdated.rounds} rounds of ${backdated.lines} lines each, one every ${backdated.apartMs} ms`,
    '',
    table([
      ['', `${short} ms`, `${long} ms`, 'ratio', 'goal', '', 'CPU us', '', 'ratio', 'lines a batch'],
      ...cells.map(({ order, ...samples }) => {
        const [onShort, onLong] = [backdatedSummary(samples.short), backdatedSummary(samples.long)];
        const ratio = onLong.batchMs / onShort.batchMs;
        return [
          order,
          milliseconds(onShort.batchMs),
          milliseconds(onLong.batchMs),
          times(ratio),
          GOAL_LONG.toFixed(1),
          ratio <= GOAL_LONG ? 'ok' : 'above',
          figure(onShort.cpuUs),
          figure(onLong.cpuUs),
          times(ratioOf(onLong.cpuUs, onShort.cpuUs)),
          times(onLong.linesABatch),
        ];
      }),
    ]),
    '',
    'ms: the transaction of a batch, the median of the rounds’ means; CPU us: of projector and PostgreSQL for each line, the mean',
    `of all rounds, with the versions of the dated history that are made after every ${VERSION_REVISIONS} lines`,
  ].join('\n');
}

/** Everything that was measured, for a file. */
export function reportFigures({ plan, now, summed, dated, backdated }: Report): unknown {
  return {
    plan,
    goals: { long: GOAL_LONG, now: GOAL_NOW },
    now: now && { median: besideSummary(now), rounds: now },
    summed: summed?.map(({ lines, goal, ...cell }) => ({ lines, goal, median: besideSummary(cell), rounds: cell })),
    dated: dated?.map(({ order, kind, connections, ...cell }) => ({
      order,
      kind,
      connections,
      median: datedSummary(cell),
      rounds: cell,
    })),
    backdated: backdated?.map(({ order, short, long }) => ({
      order,
      short: backdatedSummary(short),
      long: backdatedSummary(long),
      rounds: { short, long },
    })),
  };
}
