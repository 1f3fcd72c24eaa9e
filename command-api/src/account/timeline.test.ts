import { expect } from 'chai';
import fc from 'fast-check';
import { Timeline } from './timeline.ts';

type Movement = readonly [at: number, delta: bigint];

/** Few dates, so that many are equal, and small amounts, so that balances cross zero and one another. */
const dates = fc.integer({ min: -20, max: 20 });
const movements = fc.array(fc.tuple(dates, fc.bigInt({ min: -9n, max: 9n })), { maxLength: 60 });

/** Both ways to have the same timeline: one movement after another, and all at once. */
const ways: Readonly<Record<string, (all: readonly Movement[]) => Timeline>> = {
  'one by one': timelineOf,
  'all at once': (all) =>
    Timeline.of(
      Float64Array.from(all, ([at]) => at),
      BigInt64Array.from(all, ([, delta]) => delta),
    ),
};

function timelineOf(all: readonly Movement[]): Timeline {
  return all.reduce((timeline, [at, delta]) => timeline.add(at, delta), Timeline.empty);
}

/** The same questions, asked of the plain list. */
function naive(all: readonly Movement[]) {
  const asOf = (at: number) => all.reduce((sum, [date, delta]) => (date <= at ? sum + delta : sum), 0n);
  const instantsFrom = (from: number) =>
    [from, ...all.map(([date]) => date).filter((date) => date > from)].sort((a, b) => a - b);
  return {
    asOf,
    rangeFrom(from: number) {
      const balances = instantsFrom(from)
        .map(asOf)
        .sort((a, b) => Number(a - b));
      return { lowest: balances.at(0), highest: balances.at(-1) };
    },
    firstBelow: (least: bigint, from: number) => instantsFrom(from).find((at) => asOf(at) < least),
  };
}

describe('a timeline', () => {
  for (const [way, timelineOfAll] of Object.entries(ways)) {
    it(`answers as a plain list does, its movements added ${way}`, () => {
      fc.assert(
        fc.property(movements, dates, fc.bigInt({ min: -30n, max: 30n }), (all, at, least) => {
          const timeline = timelineOfAll(all);
          const list = naive(all);
          expect(timeline.size).to.equal(new Set(all.map(([date]) => date)).size);
          expect(timeline.balance).to.equal(list.asOf(Number.POSITIVE_INFINITY));
          expect(timeline.balanceAsOf(at)).to.equal(list.asOf(at));
          expect(timeline.rangeFrom(at)).to.deep.equal(list.rangeFrom(at));
          expect(timeline.firstBelow(least, at)).to.equal(list.firstBelow(least, at));
        }),
        { numRuns: 2_000 },
      );
    });
  }

  it('leaves the timeline before an addition as it was', () => {
    fc.assert(
      fc.property(movements, dates, fc.bigInt({ min: -9n, max: 9n }), dates, (all, date, delta, at) => {
        const before = timelineOf(all);
        before.add(date, delta);
        expect(before.balanceAsOf(at)).to.equal(naive(all).asOf(at));
        expect(before.rangeFrom(at)).to.deep.equal(naive(all).rangeFrom(at));
      }),
    );
  });

  it('counts all movements of one instant at its end', () => {
    const timeline = timelineOf([
      [10, -5n],
      [10, 5n],
      [20, 1n],
    ]);
    expect(timeline.rangeFrom(0)).to.deep.equal({ lowest: 0n, highest: 1n });
    expect(timeline.firstBelow(0n, 0)).to.equal(undefined);
  });

  it('refuses what no balance can move by at one instant, instead of another amount', () => {
    const most = 2n ** 63n - 1n;
    expect(() => Timeline.empty.add(0, most + 1n)).to.throw(RangeError);
    const full = Timeline.empty.add(0, most);
    expect(full.add(1, most).balance).to.equal(2n * most);
    expect(() => full.add(0, 1n)).to.throw(RangeError);
    expect(() => full.add(1, -most - 2n)).to.throw(RangeError);
    expect(() => Timeline.of(Float64Array.of(0, 0), BigInt64Array.of(most, 1n))).to.throw(RangeError);
  });
});
