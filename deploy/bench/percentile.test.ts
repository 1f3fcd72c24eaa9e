import { expect } from 'chai';
import { percentile } from './percentile.ts';

describe('a percentile', () => {
  const hundred = Float64Array.from({ length: 100 }, (_, i) => i + 1);

  it('is the smallest value that so many percent do not exceed', () => {
    expect([1, 50, 50.5, 99, 99.5, 100].map((percent) => percentile(hundred, percent))).to.deep.equal([
      1, 50, 51, 99, 100, 100,
    ]);
    expect(percentile(Float64Array.of(3, 7, 8), 50)).to.equal(7);
    expect(percentile(Float64Array.of(3, 7), 50)).to.equal(3);
    expect(percentile(Float64Array.of(5), 99)).to.equal(5);
  });

  it('of nothing is an error', () => {
    expect(() => percentile(new Float64Array(0), 99)).to.throw(RangeError);
  });
});
