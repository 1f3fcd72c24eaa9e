import { medianSample, type Sample, servingUs } from '../load/sample.ts';
import { median } from '../median.ts';
import type { BackdatedSample } from './measure-backdated.ts';
import type { Beside } from './measure-beside.ts';

/** What a long account costs in times of a short one; of medians. */
export interface DatedSummary {
  readonly short: Sample;
  readonly long: Sample;
  readonly ratio: number;
  /** CPU time of all that serves an answer, in microseconds; undefined where it can't be told. */
  readonly shortUs: number | undefined;
  readonly longUs: number | undefined;
}

/** @param cell a sample of either for each round */
export function datedSummary(cell: {
  readonly short: readonly Sample[];
  readonly long: readonly Sample[];
}): DatedSummary {
  const [short, long] = [medianSample(cell.short), medianSample(cell.long)];
  return { short, long, ratio: long.p50Ms / short.p50Ms, shortUs: servingUs(short), longUs: servingUs(long) };
}

export interface BesideSummary {
  readonly ledger: Sample;
  readonly other: Sample;
  /** How many times as many answers a second the ledger gives: of the medians. */
  readonly ratio: number;
}

export function besideSummary(cell: Beside): BesideSummary {
  const [ledger, other] = [medianSample(cell.ledger), medianSample(cell.other)];
  return { ledger, other, ratio: ledger.perSecond / other.perSecond };
}

export interface BackdatedSummary {
  /** Of the rounds' means. */
  readonly batchMs: number;
  /** Over all rounds: versions are made after so many lines that not every round has one. */
  readonly cpuUs: number | undefined;
  readonly linesABatch: number;
}

export function backdatedSummary(samples: readonly BackdatedSample[]): BackdatedSummary {
  const sumOf = (of: (sample: BackdatedSample) => number) => samples.reduce((sum, sample) => sum + of(sample), 0);
  const lines = sumOf((sample) => sample.lines);
  const isKnown = samples.every(({ cpuUs }) => cpuUs !== undefined);
  return {
    batchMs: median(samples.map(({ batchMs }) => batchMs)),
    cpuUs: isKnown ? sumOf((sample) => (sample.cpuUs ?? 0) * sample.lines) / lines : undefined,
    linesABatch: lines / sumOf(({ batches }) => batches),
  };
}

/** Undefined where one of them can't be told. */
export function ratioOf(dividend: number | undefined, divisor: number | undefined): number | undefined {
  return dividend === undefined || divisor === undefined ? undefined : dividend / divisor;
}
