import { expect } from 'chai';
import { median } from './median.ts';

describe('the median', () => {
  it('is the middle value, in whatever order they come', () => {
    expect(median([30, 1, 200])).to.equal(30);
    expect(median([7])).to.equal(7);
  });

  it('is the mean of the middle two of an even number', () => {
    expect(median([4, 1, 100, 2])).to.equal(3);
  });

  it('leaves the values as they were', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).to.deep.equal([3, 1, 2]);
  });

  it('of nothing is an error', () => {
    expect(() => median([])).to.throw(RangeError);
  });
});
