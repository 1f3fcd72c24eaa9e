import { expect } from 'chai';
import { type FightSample, shareOf } from './measure-fight.ts';
import { reportText, summariesOf } from './report.ts';

const sample = (perSecond: number[], landed: number, outrun: number): FightSample => ({
  perSecond,
  p50Ms: 1,
  p99Ms: 2,
  appends: { landed, outrun },
});

const alone = { instances: 1, samples: [sample([1_000], 100, 0), sample([2_000], 100, 0), sample([9_000], 100, 0)] };
const two = {
  instances: 2,
  samples: [sample([500, 500], 10, 5), sample([900, 300], 10, 1), sample([1_500, 500], 10, 1)],
};

describe('the report of instances that share an account', () => {
  it('compares all that they do together with what one does alone', () => {
    const [, summary] = summariesOf([alone, two]);
    expect(summary).to.deep.include({ perSecond: 1_200, ratio: 0.6, shares: [0.75, 0.25], outrunEach: 0.1 });
    expect(reportText([alone, two], 12_345n).split('\n')).to.include(
      '2               1,200   0.60   0.5  ok  75 %, 25 %    1       2  0.10',
    );
  });

  it('has to begin with one', () => {
    expect(() => summariesOf([two])).to.throw('one instance comes first');
  });
});

describe('connections that instances share', () => {
  it('are shared out to the last', () => {
    expect([0, 1, 2].map((at) => shareOf(64, 3, at))).to.deep.equal([22, 21, 21]);
    expect(shareOf(64, 1, 0)).to.equal(64);
  });
});
