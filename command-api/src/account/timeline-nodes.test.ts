import { expect } from 'chai';
import { mostChildren, TimelineBranch } from './timeline-branch.ts';
import { mostInstants, TimelineLeaf } from './timeline-leaf.ts';

/** A full leaf of the instants 0, 10, 20… */
function fullLeaf(): TimelineLeaf {
  const dates = new Float64Array(mostInstants).map((_, i) => 10 * i);
  return new TimelineLeaf(dates, new BigInt64Array(mostInstants).fill(1n));
}

const behind = 10 * mostInstants;

describe('a leaf of a timeline that is full', () => {
  for (const [what, at, isLast, sizes] of [
    ['is cut in the middle', 15, true, [65, 64]],
    ['is cut in the middle where others are later, also for what is behind it', behind, false, [65, 64]],
    ['stays full where it is the last and one is added behind it', behind, true, [128, 1]],
    ['takes what moves at an instant that it has', 20, true, [128]],
  ] as const) {
    it(what, () => {
      const parts = fullLeaf().add(at, 5n, isLast);
      expect(parts.map(({ size }) => size)).to.deep.equal(sizes);
      expect(parts.reduce((sum, part) => sum + part.sum, 0n)).to.equal(BigInt(mostInstants) + 5n);
      expect(parts.map(({ firstAt }) => firstAt)).to.deep.equal(
        [...parts.map(({ firstAt }) => firstAt)].sort((a, b) => a - b),
      );
    });
  }

  it('has at least one instant', () => {
    expect(() => new TimelineLeaf(new Float64Array(0), new BigInt64Array(0))).to.throw('at least one instant');
  });
});

describe('a branch of a timeline that is full', () => {
  const children = Array.from({ length: mostChildren }, (_, place) => {
    const dates = new Float64Array(mostInstants).map((_, i) => 10 * (place * mostInstants + i));
    return new TimelineLeaf(dates, new BigInt64Array(mostInstants).fill(1n));
  });
  const instants = mostChildren * mostInstants;

  for (const [what, at, isLast, sizes] of [
    // 17 leaves, of which two are halves, and 16.
    ['is cut in the middle', 15, true, [16 * mostInstants + 1, 16 * mostInstants]],
    ['is cut in the middle where others are later', 10 * instants, false, [17 * mostInstants, 15 * mostInstants + 1]],
    ['stays full where it is the last and one is added behind it', 10 * instants, true, [instants, 1]],
    ['stays one where no child is cut', 20, true, [instants]],
  ] as const) {
    it(what, () => {
      const parts = new TimelineBranch(children).add(at, 5n, isLast);
      expect(parts.map(({ size }) => size)).to.deep.equal(sizes);
      expect(parts.reduce((sum, part) => sum + part.sum, 0n)).to.equal(BigInt(instants) + 5n);
    });
  }

  it('has at least one child', () => {
    expect(() => new TimelineBranch([])).to.throw('at least one instant');
  });
});
