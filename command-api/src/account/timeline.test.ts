import { expect } from 'chai';
import fc from 'fast-check';
import { Timeline } from './timeline.ts';

type Movement = readonly [at: number, delta: bigint];

/** Few dates, so that many are equal, and small amounts, so that balances cross zero and one another. */
const dates = fc.integer({ min: -20, max: 20 });
const movements = fc.array(fc.tuple(dates, fc.bigInt({ min: -9n, max: 9n })), { maxLength: 60 });

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
  it('answers as a plain list does', () => {
    fc.assert(
      fc.property(movements, dates, fc.bigInt({ min: -30n, max: 30n }), (all, at, least) => {
        const timeline = timelineOf(all);
        const list = naive(all);
        expect(timeline.balance).to.equal(list.asOf(Number.POSITIVE_INFINITY));
        expect(timeline.balanceAsOf(at)).to.equal(list.asOf(at));
        expect(timeline.rangeFrom(at)).to.deep.equal(list.rangeFrom(at));
        expect(timeline.firstBelow(least, at)).to.equal(list.firstBelow(least, at));
      }),
      { numRuns: 2_000 },
    );
  });

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

  it('stays shallow where dates rise, so that a long history is added and asked within the stack', () => {
    const length = 50_000;
    let timeline = Timeline.empty;
    const day = 86_400_000;
    for (let i = 0; i < length; i++) timeline = timeline.add(i * day, 1n);
    expect(timeline.rangeFrom((length / 2) * day)).to.deep.equal({
      lowest: BigInt(length / 2 + 1),
      highest: BigInt(length),
    });
    expect(timeline.firstBelow(BigInt(length), 0)).to.equal(0);
  });
});
