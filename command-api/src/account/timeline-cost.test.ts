import { expect } from 'chai';
import fc from 'fast-check';
import { Timeline } from './timeline.ts';
import { TimelineBranch } from './timeline-branch.ts';
import { TimelineLeaf } from './timeline-leaf.ts';

const dayMs = 86_400_000;

/** Nodes from the root to a leaf: each but the last of its level has at least 16 children, or 64 instants. */
const mostLevels = (instants: number) => 2 + Math.max(0, Math.log(instants / 64) / Math.log(16));

/** The dates of so many movements, in the order in which they come. */
const orders: Readonly<Record<string, (count: number) => readonly number[]>> = {
  rising: (count) => Array.from({ length: count }, (_, i) => i * dayMs),
  falling: (count) => Array.from({ length: count }, (_, i) => -i * dayMs),
  'from the middle to both ends': (count) => Array.from({ length: count }, (_, i) => (i % 2 ? i : -i) * 1_000),
  random: (count) => fc.sample(fc.integer({ min: -(2 ** 45), max: 2 ** 47 }), { numRuns: count, seed: 7 }),
  'all one': (count) => Array.from({ length: count }, () => dayMs),
  // Each is behind a full leaf and before all that was added since.
  'falling behind one that is full': (count) => Array.from({ length: count }, (_, i) => (i < 128 ? i : 10 * count - i)),
};

interface Made {
  readonly dates: readonly number[];
  readonly timeline: Timeline;
}

const kept = new Map<string, Made>();

/** Balances rise and fall, so that the lowest from a date on and the first below a bound lie anywhere. */
function made(order: string, count: number): Made {
  const key = `${count} ${order}`;
  const before = kept.get(key);
  if (before) return before;
  const dates = orders[order]?.(count) ?? [];
  const timeline = dates.reduce((line, at, i) => line.add(at, i % 5 < 3 ? 2n : -1n), Timeline.empty);
  const now = { dates, timeline };
  kept.set(key, now);
  return now;
}

/** Runs `test` with a function that answers how often a node of a timeline is gone into meanwhile. */
function countingVisits(test: (visitsBy: (ask: () => unknown) => number) => void): void {
  let visits = 0;
  const restore = [TimelineLeaf.prototype, TimelineBranch.prototype].flatMap((prototype) =>
    (['sumUpTo', 'rangeAfter', 'firstBelow', 'add'] as const).map((way) => {
      const descriptor = Object.getOwnPropertyDescriptor(prototype, way);
      if (!descriptor) throw new Error(`the nodes of a timeline have no ${way}`);
      const visit = descriptor.value as (...question: unknown[]) => unknown;
      Object.defineProperty(prototype, way, {
        ...descriptor,
        value(this: unknown, ...question: unknown[]) {
          visits += 1;
          return visit.apply(this, question);
        },
      });
      return () => Object.defineProperty(prototype, way, descriptor);
    }),
  );
  try {
    test((ask) => {
      const before = visits;
      ask();
      return visits - before;
    });
  } finally {
    for (const undo of restore) undo();
  }
}

describe('the cost of a timeline', () => {
  after(() => kept.clear());

  for (const count of [1_000, 100_000]) {
    for (const order of Object.keys(orders)) {
      it(`is O(log n) nodes at ${count} instants with dates ${order}`, () => {
        const { dates, timeline } = made(order, count);
        const levels = mostLevels(dates.length);
        const asked = fc.sample(fc.tuple(fc.nat(dates.length - 1), fc.nat(dates.length)), { numRuns: 300, seed: 11 });
        countingVisits((visitsBy) => {
          for (const [which, least] of asked) {
            const at = dates[which] ?? 0;
            for (const [what, paths, ask] of [
              ['the balance as of a date', 1, () => timeline.balanceAsOf(at)],
              ['the range from a date on', 2, () => timeline.rangeFrom(at)],
              ['the first date below a bound', 3, () => timeline.firstBelow(BigInt(least), at)],
              ['a movement on a date that is there', 1, () => timeline.add(at, -1n)],
              ['a movement on another date', 1, () => timeline.add(at + 1, -1n)],
            ] as const) {
              expect(visitsBy(ask), `${what}, ${at}`).to.be.at.most(paths * levels);
            }
          }
        });
      });
    }
  }

  it('is O(log n) nodes where every part reaches exactly the bound', () => {
    const count = 10_000;
    const rising = Array.from({ length: count }, (_, i) => i);
    const timeline = rising.reduce((line, at) => line.add(at, at % 2 ? -1n : 1n), Timeline.empty);
    expect(timeline.firstBelow(0n, 0)).to.equal(undefined);
    countingVisits((visitsBy) => {
      expect(visitsBy(() => timeline.firstBelow(0n, 0))).to.be.at.most(3 * mostLevels(count));
    });
  });

  it('is counted in nodes that are gone into', () => {
    const timeline = Timeline.empty.add(0, 1n).add(1, 1n).add(2, 1n);
    countingVisits((visitsBy) => {
      expect(visitsBy(() => timeline.balance)).to.equal(0);
      expect(visitsBy(() => [-1, 0, 1, 2].map((at) => timeline.balanceAsOf(at)))).to.equal(4);
    });
  });

  for (const [order, mostBytes] of [
    ['rising', 20.5],
    ['random', 22],
    ['falling', 24],
    ['falling behind one that is full', 24],
  ] as const) {
    it(`is at most ${mostBytes} bytes an instant with dates ${order}`, () => {
      const { dates, timeline } = made(order, 100_000);
      expect(timeline.size).to.equal(new Set(dates).size);
      expect(timeline.sizeBytes / timeline.size).to.be.within(16, mostBytes);
    });
  }
});
