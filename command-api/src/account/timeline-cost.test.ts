import { expect } from 'chai';
import fc from 'fast-check';
import { Timeline } from './timeline.ts';
import { TimelineNode } from './timeline-tree.ts';

const dayMs = 86_400_000;

/** A node lies 2 ln n deep on average; the chance that a given path is longer than this is below 10^-15. */
const mostNodes = (instants: number) => 4 * Math.log2(instants) + 20;

/** The dates of so many movements, in the order in which they come. */
const orders: Readonly<Record<string, (count: number) => readonly number[]>> = {
  rising: (count) => Array.from({ length: count }, (_, i) => i * dayMs),
  falling: (count) => Array.from({ length: count }, (_, i) => -i * dayMs),
  'from the middle to both ends': (count) => Array.from({ length: count }, (_, i) => (i % 2 ? i : -i) * 1_000),
  random: (count) => fc.sample(fc.integer({ min: -(2 ** 45), max: 2 ** 47 }), { numRuns: count, seed: 7 }),
  'all one': (count) => Array.from({ length: count }, () => dayMs),
  // The two halves of these dates cancel out in a hash that was in use here, so that all had one priority.
  'chosen against a hash that is known': (count) =>
    Array.from({ length: Math.min(count, 58_000) }, (_, i) => i * 2 ** 32 + (Math.imul(i, 0x9e3779b1) >>> 0)),
};

/** How many nodes of timelines are looked into meanwhile. */
function nodesTouchedBy(ask: () => unknown): number {
  const touched = new Set<TimelineNode>();
  const restore = (['earlier', 'later'] as const).map((side) => {
    const descriptor = Object.getOwnPropertyDescriptor(TimelineNode.prototype, side);
    if (!descriptor?.get) throw new Error(`the nodes of a timeline have no way ${side}`);
    const { get } = descriptor;
    Object.defineProperty(TimelineNode.prototype, side, {
      ...descriptor,
      get(this: TimelineNode) {
        touched.add(this);
        return get.call(this);
      },
    });
    return () => Object.defineProperty(TimelineNode.prototype, side, descriptor);
  });
  try {
    ask();
  } finally {
    for (const undo of restore) undo();
  }
  return touched.size;
}

describe('the cost of a timeline', () => {
  for (const count of [1_000, 200_000]) {
    for (const [order, datesOf] of Object.entries(orders)) {
      it(`is O(log n) nodes at ${count} instants with dates ${order}`, () => {
        const dates = datesOf(count);
        // Balances rise and fall, so that the lowest from a date on and the first below a bound lie anywhere.
        const timeline = dates.reduce((line, at, i) => line.add(at, i % 5 < 3 ? 2n : -1n), Timeline.empty);
        const most = mostNodes(dates.length);
        const asked = fc.sample(fc.tuple(fc.nat(dates.length - 1), fc.nat(dates.length)), { numRuns: 300, seed: 11 });
        for (const [which, least] of asked) {
          const at = dates[which] ?? 0;
          for (const [what, ask] of [
            ['the balance as of a date', () => timeline.balanceAsOf(at)],
            ['the range from a date on', () => timeline.rangeFrom(at)],
            ['the first date below a bound', () => timeline.firstBelow(BigInt(least), at)],
            ['a movement on a date that is there', () => timeline.add(at, -1n)],
            ['a movement on another date', () => timeline.add(at + 1, -1n)],
          ] as const) {
            expect(nodesTouchedBy(ask), `${what}, ${at}`).to.be.at.most(most);
          }
        }
      });
    }
  }

  it('counts what is looked into', () => {
    const timeline = Timeline.empty.add(0, 1n).add(1, 1n).add(2, 1n);
    expect(nodesTouchedBy(() => timeline.balance)).to.equal(0);
    expect(nodesTouchedBy(() => [-1, 0, 1, 2].map((at) => timeline.balanceAsOf(at)))).to.equal(3);
  });
});
