import { expect } from 'chai';
import type { Sample } from '../load/sample.ts';
import { summaryOf } from './summary.ts';
import { allCells } from './workloads.ts';

describe('the summary of a cell', () => {
  const [first] = allCells(10);
  if (!first) throw new Error('there are no cells');
  const cell = { ...first, goal: 2 };
  const sample = (perSecond: number, p99Ms = 1, cpu: number | undefined = 1): Sample => ({
    perSecond,
    p50Ms: 1,
    p99Ms,
    cpuUs: { process: cpu },
  });

  it('has the ratio of the medians, not the median of the ratios', () => {
    const ledger = [300, 1_000, 500].map((perSecond) => sample(perSecond));
    const rowLock = [100, 250, 900].map((perSecond) => sample(perSecond));
    const { ratio, reached } = summaryOf({ cell, ledger, rowLock });
    expect(ratio).to.equal(2);
    expect(reached).to.equal(true);
  });

  it('says where the goal is missed', () => {
    expect(summaryOf({ cell, ledger: [sample(199)], rowLock: [sample(100)] }).reached).to.equal(false);
  });

  it('has the median of each figure by itself', () => {
    const ledger = [sample(1, 30, 5), sample(2, 10, 7), sample(3, 20, 6)];
    expect(summaryOf({ cell, ledger, rowLock: ledger }).ledger).to.deep.equal({
      perSecond: 2,
      p50Ms: 1,
      p99Ms: 20,
      cpuUs: { process: 6 },
    });
  });

  it('is of the same rounds', () => {
    expect(() => summaryOf({ cell, ledger: [sample(1)], rowLock: [sample(1), sample(2)] })).to.throw('rounds');
  });
});
