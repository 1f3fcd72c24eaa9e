import { expect } from 'chai';
import type { ProjectionSample } from './measure-projection.ts';
import { planFor } from './plan.ts';
import { memoryGrowth, reportText } from './report.ts';

const sample = (events: number, seconds: number): ProjectionSample => ({
  events,
  seconds,
  cpuUs: { projector: 30, node: 20, PostgreSQL: 10 },
  residentBytes: Array.from({ length: 10 }, (_, tenth) => (100 + tenth) * 1e6),
  versionsSeconds: 1.5,
  missingVersions: 0,
  tables: [{ table: 'transactions', bytes: 6e6, indexBytes: 2e6 }],
});

describe('the report of the projection', () => {
  const lineOf = (text: string, name: string) => text.split('\n').find((line) => line.startsWith(name));

  it('compares the rate with its goal', () => {
    const report = (seconds: number) => ({ plan: planFor(false, {}), many: sample(40_000, seconds), long: [] });
    expect(lineOf(reportText(report(2)), 'many accounts')).to.match(/ 20,000 +20,000 +ok +30 +20 +10 +1\.5$/);
    expect(lineOf(reportText(report(2.1)), 'many accounts')).to.match(/ 19,048 +20,000 +below /);
    expect(lineOf(reportText(report(2)), 'transactions')).to.match(/ 6 +2 +150$/);
  });

  it('says how many versions are missing where they are not all made', () => {
    const late = { ...sample(10, 1), versionsSeconds: undefined, missingVersions: 17 };
    const text = reportText({ plan: planFor(false, {}), many: late, long: [{ order: 'all random', sample: late }] });
    expect(lineOf(text, 'long, all random')).to.match(/ 17 missing$/);
  });

  it('tells by how much memory grew in the second half', () => {
    expect(memoryGrowth([100, 200, 150, 250])).to.equal(1.25);
    expect(memoryGrowth([200, 100, 150, 150])).to.equal(0.75);
    expect(memoryGrowth([undefined, 100])).to.equal(undefined);
    expect(memoryGrowth([])).to.equal(undefined);
  });
});
