import type { Instant } from '@ledger/shared/time';
import { cutOf, type Range, type TimelinePart, widen } from './timeline-part.ts';

export const mostChildren = 32;

/** What a branch takes beside its children, and what it takes for each: measured on Node 20. */
const branchBytes = 240;
const childBytes = 8;

/** Parts of a timeline that follow one another, as one part. */
export class TimelineBranch implements TimelinePart {
  readonly #children: readonly TimelinePart[];
  readonly firstAt: Instant;
  readonly sum: bigint;
  readonly lowest: bigint;
  readonly highest: bigint;
  readonly size: number;
  readonly sizeBytes: number;

  /** @param children in order of their dates, at least one */
  constructor(children: readonly TimelinePart[]) {
    const [first] = children;
    if (!first) throw new Error('a part of a timeline has at least one instant');
    let sum = 0n;
    let range: Range = first;
    let size = 0;
    let sizeBytes = branchBytes;
    for (const child of children) {
      range = widen(range, sum, child);
      sum += child.sum;
      size += child.size;
      sizeBytes += childBytes + child.sizeBytes;
    }
    this.#children = children;
    this.firstAt = first.firstAt;
    this.sum = sum;
    this.lowest = range.lowest;
    this.highest = range.highest;
    this.size = size;
    this.sizeBytes = sizeBytes;
  }

  sumUpTo(at: Instant): bigint {
    const place = this.#placeOf(at);
    return this.#sumBefore(place) + (this.#children[place]?.sumUpTo(at) ?? 0n);
  }

  rangeAfter(at: Instant): Range | undefined {
    const place = this.#placeOf(at);
    let before = this.#sumBefore(place);
    let range: Range | undefined;
    for (const child of this.#children.slice(place)) {
      const later = child.firstAt > at ? child : child.rangeAfter(at);
      if (later) range = widen(range, before, later);
      before += child.sum;
    }
    return range;
  }

  firstBelow(least: bigint, at: Instant): Instant | undefined {
    const place = this.#placeOf(at);
    let before = this.#sumBefore(place);
    for (const child of this.#children.slice(place)) {
      // The lowest of the one that `at` lies within may be earlier than `at`.
      if (child.firstAt <= at || before + child.lowest < least) {
        const found = child.firstBelow(least - before, at);
        if (found !== undefined) return found;
      }
      before += child.sum;
    }
    return undefined;
  }

  add(at: Instant, delta: bigint, isLast: boolean): readonly TimelineBranch[] {
    const place = this.#placeOf(at);
    const isInLast = isLast && place === this.#children.length - 1;
    const parts = this.#children[place]?.add(at, delta, isInLast) ?? [];
    const children = this.#children.toSpliced(place, 1, ...parts);
    if (children.length <= mostChildren) return [new TimelineBranch(children)];
    const cut = cutOf(children.length, isInLast);
    return [new TimelineBranch(children.slice(0, cut)), new TimelineBranch(children.slice(cut))];
  }

  /** The child that `at` lies within, or the first where all is later. */
  #placeOf(at: Instant): number {
    const firstLater = this.#children.findIndex((child) => child.firstAt > at);
    return firstLater === -1 ? this.#children.length - 1 : Math.max(0, firstLater - 1);
  }

  #sumBefore(place: number): bigint {
    let sum = 0n;
    for (const child of this.#children.slice(0, place)) sum += child.sum;
    return sum;
  }
}
