import { earliestInstant, type Instant, latestInstant } from '@ledger/shared/time';

export type Order = 'asc' | 'desc';

/** Which lines a statement has, both dates included, and in which order it shows them. */
export interface StatementRange {
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
  readonly order: Order;
}

/** A line's place in the order of effective date; lines of one instant stand in the order recorded. */
export interface LineKey {
  readonly effectiveAt: Instant;
  readonly revision: number;
}

export function isBefore(a: LineKey, b: LineKey): boolean {
  return a.effectiveAt < b.effectiveAt || (a.effectiveAt === b.effectiveAt && a.revision < b.revision);
}

/** Part of the lines: those from `start` on, or before it, in the order of effective date. */
export interface PageRange {
  readonly from: Instant;
  readonly to: Instant;
  readonly order: Order;
  /** Ascending: the page begins with the first line that is not before it. Descending: with the last one before it. */
  readonly start: LineKey;
}

/** The page after the line `last`, or the first page. */
export function pageRange({ from, to, order }: StatementRange, last: LineKey | undefined): PageRange {
  const bounds = { from: from ?? earliestInstant, to: to ?? latestInstant, order };
  if (order === 'asc') {
    const start = last ? { ...last, revision: last.revision + 1 } : { effectiveAt: bounds.from, revision: 0 };
    return { ...bounds, start };
  }
  return { ...bounds, start: last ?? { effectiveAt: bounds.to, revision: Number.MAX_SAFE_INTEGER } };
}

/** Whether a line is on the page, or after it. */
export function isInPage(key: LineKey, { from, to, order, start }: PageRange): boolean {
  if (key.effectiveAt < from || key.effectiveAt > to) return false;
  return isBefore(key, start) === (order === 'desc');
}
