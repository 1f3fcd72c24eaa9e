import fc from 'fast-check';
import { compare } from './comparison.ts';
import { server, simulatedStore, useStore } from './every-store.ts';
import { operations } from './random-operations.ts';

/** On a machine that is busy there are fewer runs; a failure is told by then, and shrunk as far as it was. */
const interruptAfterTimeLimit = 40_000;

/** fast-check prints the seed of a run that failed, and the fewest operations that still fail. */
describe(`random operations on the simulated store and on ${server.name}`, () => {
  const simulated = useStore(simulatedStore);
  const reference = useStore(server);

  it('give the same answers, and leave the same events', async () => {
    await fc.assert(
      fc.asyncProperty(operations(30), async (list) => {
        const comparison = await compare(simulated().store, reference().store, server.isOurs);
        for (const operation of list) await comparison.perform(operation);
        await comparison.compareContents();
      }),
      { numRuns: 150, interruptAfterTimeLimit },
    );
  });

  const title = 'give the same answers after a restart';
  if (!server.isOurs) it.skip(`${title} (skipped: it needs a server of our own)`);
  else
    it(title, async () => {
      await fc.assert(
        fc.asyncProperty(operations(10), operations(15), async (before, after) => {
          const comparison = await compare(simulated().store, reference().store, server.isOurs);
          for (const operation of before) await comparison.perform(operation);
          await Promise.all([simulated().restart(), reference().restart()]);
          for (const operation of after) await comparison.perform(operation);
          await comparison.compareContents();
        }),
        { numRuns: 15, interruptAfterTimeLimit },
      );
    });
});
