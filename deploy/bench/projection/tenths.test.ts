import { expect } from 'chai';
import { createTenths } from './tenths.ts';

describe('tenths', () => {
  it('are looked at once each, when they are done', () => {
    let looks = 0;
    const tenths = createTenths(() => {
      looks += 1;
      return looks;
    });
    for (const done of [0, 0.09, 0.1, 0.15, 0.3, 0.3, 0.59, 0.7 - Number.EPSILON]) tenths.at(done);
    expect(tenths.values).to.deep.equal([1, 2, 2, 3, 3, 4, 4]);
    tenths.at(1);
    expect(tenths.values).to.have.length(10);
  });
});
