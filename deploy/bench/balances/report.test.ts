import { expect } from 'chai';
import type { Sample } from '../load/sample.ts';
import { planFor } from './plan.ts';
import { reportText } from './report.ts';
import { backdatedSummary, besideSummary, datedSummary } from './summary.ts';

const sample = (perSecond: number, p50Ms: number, us = 10): Sample => ({
  perSecond,
  p50Ms,
  p99Ms: 2 * p50Ms,
  cpuUs: { 'query-api': us, PostgreSQL: us, driver: 5 },
});
const backdated = (lines: number, batchMs: number, cpuUs: number | undefined) => ({
  lines,
  batches: lines / 2,
  batchMs,
  cpuUs,
});

describe('the report of balances', () => {
  const none = { now: undefined, summed: undefined, dated: undefined, backdated: undefined };
  const plan = planFor(false, {});
  const lineOf = (text: string, name: string) => text.split('\n').find((line) => line.startsWith(name));

  it('compares medians of rounds', () => {
    const short = [sample(1, 1), sample(1, 9), sample(1, 2)];
    const long = [sample(1, 3), sample(1, 4, 30), sample(1, 90)];
    expect(datedSummary({ short, long })).to.include({ ratio: 2, shortUs: 20, longUs: 20 });
    const { ratio } = besideSummary({
      ledger: [sample(600, 1), sample(700, 1), sample(900, 1)],
      other: [sample(1_000, 1)],
    });
    expect(ratio).to.equal(0.7);
  });

  it('judges a long account by twice what a short one costs', () => {
    const cell = { order: 'in order', kind: 'at', connections: 32 } as const;
    const text = (p50Ms: number) =>
      reportText({ plan, ...none, dated: [{ ...cell, short: [sample(1, 1)], long: [sample(1, p50Ms)] }] });
    expect(lineOf(text(2), 'in order, at')).to.match(/ 32 +1\.00 +2\.00 +2\.00 +4\.00 +2\.00 +2\.0 +ok /);
    expect(lineOf(text(2.1), 'in order, at')).to.match(/ 2\.10 +2\.0 +above /);
  });

  it('judges balances now by a bare route, and dated ones by a sum where that has a goal', () => {
    const beside = (perSecond: number) => ({ ledger: [sample(perSecond, 1)], other: [sample(100, 1)] });
    const now = (perSecond: number) => lineOf(reportText({ plan, ...none, now: beside(perSecond) }), 'balance now');
    expect(now(70)).to.match(/ 70 +100 +0\.70 +0\.7 +ok /);
    expect(now(69)).to.match(/ 0\.69 +0\.7 +below /);
    const summed = [
      { lines: 10_000, goal: 1.5, ...beside(149) },
      { lines: 7, goal: undefined, ...beside(30) },
    ];
    const text = reportText({ plan, ...none, summed });
    expect(lineOf(text, '10,000 lines')).to.match(/ 1\.49 +1\.5 +below /);
    expect(lineOf(text, '7 lines')).to.match(/ 0\.30 +1 /);
  });

  it('takes the median of the rounds’ batches, and the mean of all CPU time', () => {
    const rounds = [backdated(10, 1, 100), backdated(10, 2, 100), backdated(20, 9, 400)];
    expect(backdatedSummary(rounds)).to.deep.equal({ batchMs: 2, cpuUs: 250, linesABatch: 2 });
    expect(backdatedSummary([backdated(1, 1, undefined)]).cpuUs).to.equal(undefined);
    const text = reportText({ plan, ...none, backdated: [{ order: 'all random', short: rounds, long: rounds }] });
    expect(lineOf(text, 'all random')).to.match(/ 2\.00 +2\.00 +1\.00 +2\.0 +ok +250 +250 +1\.00 +2\.00$/);
  });
});
