import type { Instant } from '@ledger/shared/time';
import { cutOf, type Range, type TimelinePart } from './timeline-part.ts';

export const mostInstants = 128;

/** What a leaf takes beside its instants, and each of these: measured on Node 20. */
const leafBytes = 460;
const instantBytes = Float64Array.BYTES_PER_ELEMENT + BigInt64Array.BYTES_PER_ELEMENT;

/** Instants and what moved at each of them, packed into one buffer of exactly their size. */
export class TimelineLeaf implements TimelinePart {
  /** Rising; the deltas have the same places. */
  readonly #dates: Float64Array;
  readonly #deltas: BigInt64Array;
  readonly sum: bigint;
  readonly lowest: bigint;
  readonly highest: bigint;

  /** Copies them. @param dates rising, at least one, with one delta each */
  constructor(dates: Float64Array, deltas: BigInt64Array) {
    const count = dates.length;
    const packed = new ArrayBuffer(count * instantBytes);
    this.#dates = new Float64Array(packed, 0, count);
    this.#deltas = new BigInt64Array(packed, count * Float64Array.BYTES_PER_ELEMENT, count);
    this.#dates.set(dates);
    this.#deltas.set(deltas);
    this.sum = this.#sumOf(count);
    const range = this.#rangeFrom(0);
    if (!range) throw new Error('a part of a timeline has at least one instant');
    this.lowest = range.lowest;
    this.highest = range.highest;
  }

  /** A leaf of one instant. */
  static of(at: Instant, delta: bigint): TimelineLeaf {
    return new TimelineLeaf(Float64Array.of(at), BigInt64Array.of(int64(delta)));
  }

  get firstAt(): Instant {
    return this.#dates[0] ?? 0;
  }

  get size(): number {
    return this.#dates.length;
  }

  get sizeBytes(): number {
    return leafBytes + this.size * instantBytes;
  }

  sumUpTo(at: Instant): bigint {
    return this.#sumOf(this.#countUpTo(at));
  }

  rangeAfter(at: Instant): Range | undefined {
    return this.#rangeFrom(this.#countUpTo(at));
  }

  firstBelow(least: bigint, at: Instant): Instant | undefined {
    let place = this.#countUpTo(at);
    let running = this.#sumOf(place);
    for (; place < this.size; place++) {
      running += this.#deltas[place] ?? 0n;
      if (running < least) return this.#dates[place];
    }
    return undefined;
  }

  add(at: Instant, delta: bigint, isLast: boolean): readonly TimelineLeaf[] {
    const place = this.#countUpTo(at);
    if (place > 0 && this.#dates[place - 1] === at) {
      const deltas = this.#deltas.slice();
      deltas[place - 1] = int64((deltas[place - 1] ?? 0n) + delta);
      return [new TimelineLeaf(this.#dates, deltas)];
    }
    const size = this.size + 1;
    const dates = new Float64Array(size);
    dates.set(this.#dates.subarray(0, place));
    dates[place] = at;
    dates.set(this.#dates.subarray(place), place + 1);
    const deltas = new BigInt64Array(size);
    deltas.set(this.#deltas.subarray(0, place));
    deltas[place] = int64(delta);
    deltas.set(this.#deltas.subarray(place), place + 1);
    if (size <= mostInstants) return [new TimelineLeaf(dates, deltas)];
    const cut = cutOf(size, isLast && place === this.size);
    return [
      new TimelineLeaf(dates.subarray(0, cut), deltas.subarray(0, cut)),
      new TimelineLeaf(dates.subarray(cut), deltas.subarray(cut)),
    ];
  }

  /** How many instants are at or before `at`. */
  #countUpTo(at: Instant): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#dates[middle] ?? at) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #sumOf(count: number): bigint {
    let sum = 0n;
    for (let place = 0; place < count; place++) sum += this.#deltas[place] ?? 0n;
    return sum;
  }

  #rangeFrom(place: number): Range | undefined {
    if (place === this.size) return undefined;
    let running = this.#sumOf(place + 1);
    let lowest = running;
    let highest = running;
    for (let next = place + 1; next < this.size; next++) {
      running += this.#deltas[next] ?? 0n;
      if (running < lowest) lowest = running;
      if (running > highest) highest = running;
    }
    return { lowest, highest };
  }
}

/** What moves at one instant leads from a balance to a balance, so it has its place in 64 bits. @throws RangeError otherwise */
export function int64(delta: bigint): bigint {
  if (BigInt.asIntN(64, delta) !== delta) throw new RangeError(`${delta} is more than can move at one instant`);
  return delta;
}
