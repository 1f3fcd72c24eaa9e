import type { Instant } from '@ledger/shared/time';

/** Lowest and highest of some running sums. */
export interface Range {
  readonly lowest: bigint;
  readonly highest: bigint;
}

/**
 * A part of a timeline: what an account moved at the instants from one date to another, never none. All sums are of minor
 * units and count from the part's own beginning; its running sums are those at the end of each of its instants.
 */
export interface TimelinePart extends Range {
  readonly firstAt: Instant;
  readonly sum: bigint;
  /** How many instants it has. */
  readonly size: number;
  /** What it takes in memory, with all that it is made of. */
  readonly sizeBytes: number;

  /** Sum of all at or before `at`. */
  sumUpTo(at: Instant): bigint;
  /** Lowest and highest running sum after `at`. */
  rangeAfter(at: Instant): Range | undefined;
  /** The first instant after `at` with a running sum below `least`. */
  firstBelow(least: bigint, at: Instant): Instant | undefined;
  /**
   * The part with one more movement: as another part, or as two where it was full. None that was there changes.
   * @param isLast whether no other part is later than this one
   */
  add(at: Instant, delta: bigint, isLast: boolean): readonly TimelinePart[];
}

/**
 * Where what is one too long for a node is cut: in the middle, or before its end, where the last of all was added behind the
 * others. So what comes in the order of its dates fills all nodes but the last.
 */
export function cutOf(length: number, isAtEnd: boolean): number {
  return isAtEnd ? length - 1 : Math.ceil(length / 2);
}

/** The range with that of one more part, which begins at `before`. */
export function widen(range: Range | undefined, before: bigint, part: Range): Range {
  let lowest = before + part.lowest;
  let highest = before + part.highest;
  if (range && range.lowest < lowest) lowest = range.lowest;
  if (range && range.highest > highest) highest = range.highest;
  return { lowest, highest };
}
