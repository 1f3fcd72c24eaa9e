import { expect } from 'chai';
import fc from 'fast-check';
import { anyPlan } from './plan.ts';
import { checkRandomPlans } from './property.ts';
import { runPlan } from './run.ts';

/** The same each time, so that what has to come up does; the long check takes others. */
const seed = Number(process.env['SEED'] ?? 1);

describe(`commands in a simulated world (SEED=${seed})`, function () {
  this.timeout(300_000);

  it('keep every promise under races, crashes, lost messages and clocks that jump', async () => {
    const figures = await checkRandomPlans({ seed, runs: 300 });
    const missing = [...figures].filter(([, times]) => times === 0).map(([name]) => name);
    expect(missing, 'what never came up').to.deep.equal([]);
  });

  it('go the same way each time that the same plan is run', async () => {
    for (const plan of fc.sample(anyPlan, { seed, numRuns: 30 })) {
      const [first, second] = [await runPlan(plan), await runPlan(plan)];
      expect(second.journal).to.deep.equal(first.journal);
      expect(second.appends).to.deep.equal(first.appends);
      expect(second.pages).to.deep.equal(first.pages);
    }
  });
});
