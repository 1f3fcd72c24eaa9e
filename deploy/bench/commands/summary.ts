import { medianSample, type Sample } from '../load/sample.ts';
import type { Cell } from './workloads.ts';

/** A cell with what was measured of it: of each round one slice of either service. */
export interface MeasuredCell {
  readonly cell: Cell;
  readonly ledger: readonly Sample[];
  readonly rowLock: readonly Sample[];
}

export interface CellSummary {
  readonly ledger: Sample;
  readonly rowLock: Sample;
  /** How many times as many commands a second the ledger settles: of the medians. */
  readonly ratio: number;
  readonly reached: boolean;
}

export function summaryOf({ cell, ledger, rowLock }: MeasuredCell): CellSummary {
  if (ledger.length !== rowLock.length) throw new Error('the two services have different rounds');
  const medians = { ledger: medianSample(ledger), rowLock: medianSample(rowLock) };
  const ratio = medians.ledger.perSecond / medians.rowLock.perSecond;
  return { ...medians, ratio, reached: ratio >= cell.goal };
}
