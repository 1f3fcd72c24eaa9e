import { amountText } from '../commands/commands.ts';
import { median } from '../median.ts';
import { figure, table } from '../table.ts';
import type { FightSample } from './measure-fight.ts';

/** What was measured with so many instances, a sample each round. */
export interface Fight {
  readonly instances: number;
  readonly samples: readonly FightSample[];
}

export interface FightSummary {
  readonly instances: number;
  /** Commands settled in a second by all instances together; as all figures here, the median of the rounds. */
  readonly perSecond: number;
  /** How many times as much as one instance alone: of these medians. */
  readonly ratio: number;
  /** Of what all settle, the part that each does. */
  readonly shares: readonly number[];
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Appends that came too late, for each that landed. */
  readonly outrunEach: number;
}

/** Two on one account reach at least so much of what one reaches. */
const goalOfTwo = 0.5;

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** @param fights the first is of one instance, which the others are compared with */
export function summariesOf(fights: readonly Fight[]): FightSummary[] {
  const [alone] = fights;
  if (alone?.instances !== 1) throw new Error('there is nothing to compare with: one instance comes first');
  const perSecondOf = ({ samples }: Fight) => median(samples.map(({ perSecond }) => sumOf(perSecond)));
  return fights.map((fight) => {
    const { instances, samples } = fight;
    const of = (figureOf: (sample: FightSample) => number) => median(samples.map(figureOf));
    return {
      instances,
      perSecond: perSecondOf(fight),
      ratio: perSecondOf(fight) / perSecondOf(alone),
      shares: Array.from({ length: instances }, (_, at) =>
        of(({ perSecond }) => (perSecond[at] ?? 0) / sumOf(perSecond)),
      ),
      p50Ms: of(({ p50Ms }) => p50Ms),
      p99Ms: of(({ p99Ms }) => p99Ms),
      outrunEach: of(({ appends }) => appends.outrun / appends.landed),
    };
  });
}

export function reportText(fights: readonly Fight[], sumMinor: bigint): string {
  const lines = summariesOf(fights).map(({ instances, perSecond, ratio, shares, p50Ms, p99Ms, outrunEach }) => [
    String(instances),
    figure(perSecond),
    ratio.toFixed(2),
    ...(instances === 2 ? [goalOfTwo.toFixed(1), ratio >= goalOfTwo ? 'ok' : 'below'] : ['', '']),
    shares.map((share) => `${Math.round(share * 100)} %`).join(', '),
    figure(p50Ms),
    figure(p99Ms),
    outrunEach.toFixed(2),
  ]);
  return [
    `Instances of command-api on one hot account, which share 64 connections; medians of ${fights[0]?.samples.length ?? 0} rounds`,
    '',
    table([['instances', 'commands/s', 'ratio', 'goal', '', 'shares', 'p50', 'p99 ms', 'lost'], ...lines]),
    '',
    'ratio: to one instance; p50 and p99: of the slowest instance; lost: appends that came too late, for each that landed',
    `the balance is what was acknowledged: ${amountText(sumMinor)}`,
  ].join('\n');
}

/** Medians and all samples, for a file. */
export function reportFigures(fights: readonly Fight[]): unknown {
  return summariesOf(fights).map((summary, at) => ({ ...summary, rounds: fights[at]?.samples }));
}
