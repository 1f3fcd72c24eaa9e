/** A small seeded generator: the same seed gives the same numbers. */
export interface Random {
  /** A whole number from 0 to below `bound`. */
  below(bound: number): number;
  /** One of them, each as likely. */
  pick<T>(values: readonly T[]): T;
  /** True so often. */
  chance(probability: number): boolean;
  /** A UUID, version 4. */
  uuid(): string;
  /** A generator of its own, for somebody who draws numbers at the same time. */
  fork(): Random;
}

/** Mulberry32, by Tommy Ettinger (public domain): 32 bits of state, good enough to vary a load. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
  const below = (bound: number) => Math.floor((next() / 2 ** 32) * bound);
  return {
    below,
    pick(values) {
      const value = values[below(values.length)];
      if (value === undefined) throw new RangeError('nothing to pick from');
      return value;
    },
    chance: (probability) => next() / 2 ** 32 < probability,
    uuid() {
      const hex = Array.from({ length: 4 }, () => next().toString(16).padStart(8, '0')).join('');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
    fork: () => createRandom(next()),
  };
}
