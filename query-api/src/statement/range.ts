import { afterInstant, type LineKey } from '@ledger/shared/dated-tree/dated-tree';
import { earliestInstant, type Instant, latestInstant } from '@ledger/shared/time';

export const orders = ['asc', 'desc'] as const;
export type Order = (typeof orders)[number];

/** The events that can be on a statement, by their names. */
export const entryTypes = ['Deposited', 'Withdrawn', 'WithdrawalRefused'] as const;
export type EntryType = (typeof entryTypes)[number];

/** Which entries a statement has, both dates included, and in which order it shows them. */
export interface StatementRange {
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
  readonly knownAt: Instant | undefined;
  readonly order: Order;
  /** In the order of `entryTypes`. */
  readonly types: readonly EntryType[];
}

/** Part of a range, which begins at its start or behind an entry. */
export interface Stretch {
  /** No entry before it, and none from `end` on. */
  readonly begin: LineKey;
  readonly end: LineKey;
  readonly order: Order;
}

/** What stands behind the entry `last` in the range's order, or all of it. */
export function stretchOf({ from, to, order }: StatementRange, last?: LineKey): Stretch {
  const begin = beforeInstant(from ?? earliestInstant);
  const end = afterInstant(to ?? latestInstant);
  if (!last) return { begin, end, order };
  return order === 'asc'
    ? { begin: { ...last, revision: last.revision + 1 }, end, order }
    : { begin, end: last, order };
}

export function beforeInstant(effectiveAt: Instant): LineKey {
  return { effectiveAt, revision: 0 };
}
