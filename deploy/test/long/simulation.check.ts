import { randomInt } from 'node:crypto';
import { expect } from 'chai';
import { checkRandomPlans } from '../simulation/property.ts';

const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));
const runs = Number(process.env['RUNS'] ?? 10_000);
/** Of the plan that broke a promise, as it was printed; leads straight to it, with the same seed. */
const path = process.env['PLAN_PATH'];

describe(`commands in ${runs} simulated worlds (SEED=${seed})`, function () {
  this.timeout(15 * 60_000);

  it('keep every promise under races, crashes, lost messages and clocks that jump', async () => {
    const figures = await checkRandomPlans({ seed, runs, ...(path === undefined ? {} : { path }) });
    console.log(`      ${JSON.stringify(Object.fromEntries(figures), undefined, 1).replaceAll('\n', '\n      ')}`);
    const missing = [...figures].filter(([, times]) => times === 0).map(([name]) => name);
    expect(missing, 'what never came up').to.deep.equal([]);
  });
});
