import type { Instant } from '@ledger/shared/time';
import { allAtOnce, withPauses } from './pieces.ts';
import { TimelineBranch } from './timeline-branch.ts';
import { TimelineLeaf } from './timeline-leaf.ts';
import { treeOf } from './timeline-of.ts';
import { type Range, type TimelinePart, widen } from './timeline-part.ts';

/** What a timeline takes in memory beside its parts: measured on Node 20. */
const timelineBytes = 32;

/**
 * The balance of an account at the end of every instant at which it moved, as a B+tree by date (Bayer and McCreight,
 * "Organization and Maintenance of Large Ordered Indices", 1972; Comer, "The Ubiquitous B-Tree", 1979) that is copied on
 * write: adding a movement makes a new leaf and a new path to it and shares the rest, so a draft costs nothing to throw
 * away. Each part knows its sum and the lowest and highest balance reached within it, so every question is answered on
 * one or two paths from the root. All leaves are equally deep, and all nodes but the last of each level at least half full:
 * O(log n) for any dates, in whatever order they come.
 */
export class Timeline {
  static readonly empty = new Timeline(undefined);

  readonly #root: TimelinePart | undefined;

  private constructor(root: TimelinePart | undefined) {
    this.#root = root;
  }

  /**
   * The timeline of many movements, in any order: `deltas[i]` minor units at `dates[i]`. Quickest where the dates rise.
   * @throws RangeError where what moves at one instant is beyond 64 bits, which leads from no balance to another
   */
  static of(dates: Float64Array, deltas: BigInt64Array): Timeline {
    return new Timeline(allAtOnce(treeOf({ dates, deltas })));
  }

  /** As {@link of}, with a pause every some milliseconds. The movements must stay as they are meanwhile. */
  static async ofMany(dates: Float64Array, deltas: BigInt64Array, pause: () => Promise<unknown>): Promise<Timeline> {
    return new Timeline(await withPauses(treeOf({ dates, deltas }), pause));
  }

  /** The timeline with one more movement, of `delta` minor units at `at`. @throws RangeError as {@link of} */
  add(at: Instant, delta: bigint): Timeline {
    const parts = this.#root?.add(at, delta, true) ?? [TimelineLeaf.of(at, delta)];
    return new Timeline(parts.length === 1 ? parts[0] : new TimelineBranch(parts));
  }

  /** The current balance. */
  get balance(): bigint {
    return this.#root?.sum ?? 0n;
  }

  /** At how many instants the account moved. */
  get size(): number {
    return this.#root?.size ?? 0;
  }

  /** What it takes in memory. */
  get sizeBytes(): number {
    return timelineBytes + (this.#root?.sizeBytes ?? 0);
  }

  /** The balance at the end of `at`: all movements at or before it. */
  balanceAsOf(at: Instant): bigint {
    return this.#root?.sumUpTo(at) ?? 0n;
  }

  /** The lowest and the highest balance from `at` on, `at` itself included. */
  rangeFrom(at: Instant): Range {
    const start = this.balanceAsOf(at);

    return widen(this.#root?.rangeAfter(at), 0n, { lowest: start, highest: start });
  }

  /** The first instant from `from` on at whose end the balance is below `least`; undefined where there is none. */
  firstBelow(least: bigint, from: Instant): Instant | undefined {
    if (this.balanceAsOf(from) < least) return from;
    return this.#root?.firstBelow(least, from);
  }
}
