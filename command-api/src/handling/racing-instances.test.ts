import { expect } from 'chai';
import fc from 'fast-check';
import { deposit, withdrawal } from '../account/decide.fixture.ts';
import { brief, checkPromises, createInstance } from './instance.fixture.ts';
import {
  createSimulatedStore,
  type Interception,
  lostAfterWriting,
  lostBeforeWriting,
} from './simulated-store.fixture.ts';

const passed: Interception = (write) => write();

/** Few ids, so that they meet; dates in the past, so that timelines matter. */
const command = fc
  .record({
    type: fc.constantFrom(deposit, withdrawal),
    id: fc.integer({ min: 1, max: 8 }),
    amount: fc.constantFrom('10.00', '30.00', '70.00'),
    effectiveAt: fc.constantFrom(undefined, '2026-01-01', '2026-02-01', '2026-03-01'),
  })
  .map(({ type, id, amount, effectiveAt }) => type(`t${id}`, amount, effectiveAt === undefined ? {} : { effectiveAt }));

/** Turns of the event loop that the calls to the store take, one after another, over and over. */
function delays(turns: readonly number[]): () => Promise<void> {
  let call = 0;
  return async () => {
    for (let left = turns[call++ % turns.length] ?? 0; left > 0; left--) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
}

describe('instances that race on one store', () => {
  it('let one of two withdrawals through where the balance is enough for one, 200 times', async () => {
    const store = createSimulatedStore();
    const [one, two] = [createInstance(store), createInstance(store)];
    let turn = 0;
    store.beforeCall = () => delays([turn++ % 3])();
    await one.open();
    for (let round = 0; round < 200; round++) {
      await one.submit(deposit(`d${round}`, round === 0 ? '100.00' : '70.00'));
      const outcomes = await Promise.all([
        one.submit(withdrawal(`a${round}`, '70.00')),
        two.submit(withdrawal(`b${round}`, '70.00')),
      ]);
      expect(outcomes.map(brief).sort()).to.deep.equal(['WithdrawalRefused', 'Withdrawn']);
    }
  });

  it('keep every promise over random commands, delays and losses', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), command), { minLength: 2, maxLength: 25 }),
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 7 }),
        fc.array(fc.constantFrom(passed, passed, passed, lostBeforeWriting, lostAfterWriting), { maxLength: 5 }),
        async (submissions, turns, losses) => {
          const store = createSimulatedStore();
          const instances = [createInstance(store), createInstance(store), createInstance(store)];
          await instances[0]?.open();
          store.beforeCall = delays(turns);
          store.interceptNext(...losses);
          const outcomes = await Promise.all(
            submissions.map(([instance, asked]) => instances[instance]?.submit(asked)),
          );
          checkPromises(store);
          // What was acknowledged is in the stream, and every instance gives the same answer from now on.
          const reader = createInstance(store);
          for (const [at, outcome] of outcomes.entries()) {
            const asked = submissions[at]?.[1];
            if (outcome?.kind !== 'recorded' || !asked) continue;
            expect(await reader.submit(asked)).to.deep.equal({ ...outcome, replayed: true });
          }
          const first = new Map<string, number>();
          for (const [at, outcome] of outcomes.entries()) {
            if (outcome?.kind !== 'recorded' || outcome.replayed) continue;
            const id = submissions[at]?.[1].transactionId ?? '';
            expect(first.has(id), `${id} was answered as new twice`).to.equal(false);
            first.set(id, at);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
