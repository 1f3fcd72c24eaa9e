import { expect } from 'chai';
import { createProcess } from '../../../deploy/test/simulation/process.ts';
import { createWorld } from '../../../deploy/test/simulation/world.ts';
import { deposit } from '../account/decide.fixture.ts';
import { createInstance } from './instance.fixture.ts';
import { createSimulatedStore } from './simulated-store.fixture.ts';

/** An instance in a time of its own, whose commands have a second. */
async function instanceInAWorld() {
  const world = createWorld();
  const { timers } = createProcess(world);
  const store = createSimulatedStore();
  await createInstance(store).open('opened');
  return {
    store,
    timers,
    ...createInstance(store, { timers, deadlineMs: 1_000 }),
    async passUntil(timeMs: number) {
      world.at(timeMs, () => {});
      await world.run(() => world.nowMs >= timeMs);
    },
  };
}

describe('what was answered while its account was read', () => {
  it('is not sent afterwards', async () => {
    const { store, timers, submit, open, passUntil } = await instanceInAWorld();
    const before = store.attempts.length;
    store.beforeCall = () => timers.pause(1_500).then(() => {});
    const ends = [submit({ ...deposit('t', '1.00'), accountId: 'opened' }), open('new')];
    await passUntil(10_000);
    for (const end of ends) expect(await end).to.deep.equal({ kind: 'unsettled', reason: 'service-unavailable' });
    expect(store.attempts).to.have.length(before);
  });

  it('is not looked for any more', async () => {
    const { store, submit, open, passUntil } = await instanceInAWorld();
    store.unavailable = true;
    const ends = [submit({ ...deposit('t', '1.00'), accountId: 'opened' }), open('new')];
    await passUntil(2_000);
    await Promise.all(ends);
    const { reads } = store;
    await passUntil(10_000);
    expect(store.reads).to.equal(reads);
  });
});
