import type { Instant } from '../time.ts';

/**
 * A B+tree of the lines of a balance, in the order of (effectiveAt, revision). Its nodes are immutable: what changes is
 * written anew, from a leaf up to the root, and all else is shared with the tree as it was (Driscoll, Sarnak, Sleator,
 * Tarjan, "Making Data Structures Persistent", 1989, section 2: path copying). Every leaf has the same depth.
 */

/** A line's place in the order of effective date; lines of one instant stand in the order recorded. */
export interface LineKey {
  readonly effectiveAt: Instant;
  readonly revision: number;
}

/** A deposit or withdrawal. `delta` is in minor units. */
export interface DatedLine extends LineKey {
  readonly recordedAt: Instant;
  readonly delta: bigint;
}

/** A node below an inner one, with what has to be known of it without reading it. */
export interface Child extends LineKey {
  readonly nodeId: number;
  /** Of the deltas of all lines below. */
  readonly sum: bigint;
  /** When the newest line below was recorded. */
  readonly newestRecordedAt: Instant;
}

/** Lines and children are in order. `effectiveAt` and `revision` of a child are those of the first line below. */
export type TreeNode =
  | { readonly kind: 'leaf'; readonly lines: readonly DatedLine[] }
  | { readonly kind: 'inner'; readonly children: readonly Child[] };

/** Nodes by their id; the root is known apart from them. Asked for together, they are read together. */
export type Nodes = (nodeId: number) => Promise<TreeNode>;

export function isBefore(a: LineKey, b: LineKey): boolean {
  return a.effectiveAt < b.effectiveAt || (a.effectiveAt === b.effectiveAt && a.revision < b.revision);
}

/** The key that stands behind every line of this instant, and before those of the next. */
export function afterInstant(effectiveAt: Instant): LineKey {
  return { effectiveAt, revision: Number.MAX_SAFE_INTEGER };
}

/** How many of the entries, which are in order, stand before the key: binary search. */
export function countBefore(entries: readonly LineKey[], key: LineKey): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = entries[middle];
    if (entry && isBefore(entry, key)) low = middle + 1;
    else high = middle;
  }
  return low;
}
