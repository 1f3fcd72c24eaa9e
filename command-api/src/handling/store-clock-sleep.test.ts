import { createLog } from '@ledger/shared/log';
import { expect } from 'chai';
import { createRandom } from '../../../deploy/test/long/kill-rounds/random.ts';
import { createLink } from '../../../deploy/test/simulation/link.ts';
import { createProcess } from '../../../deploy/test/simulation/process.ts';
import { createStoreServer } from '../../../deploy/test/simulation/store-server.ts';
import { createWorld } from '../../../deploy/test/simulation/world.ts';
import { createStoreClock } from './store-clock.ts';

describe('the store’s clock after a sleep', () => {
  it('asks the store at once, for the next probe’s timer has slept too', async () => {
    const world = createWorld();
    const process = createProcess(world);
    const store = createLink(world, createStoreServer(world), createRandom(1)).connect(process);
    let sleptMs = 0;
    // Of a sleep, only the machine's own clock has gone on: monotonic time, and all timers with it, stood still.
    const timers = { ...process.timers, wallClock: () => world.nowMs + sleptMs };
    const clock = createStoreClock(store, timers, 'clock-1', createLog('test', 'silent'));
    const passUntil = async (timeMs: number) => {
      world.at(timeMs, () => {});
      await world.run(() => world.nowMs >= timeMs);
    };
    clock.start();
    await passUntil(3_000);
    expect(clock.now()).to.not.equal(undefined);
    sleptMs = 60_000;
    expect(clock.now()).to.equal(undefined);
    await passUntil(3_500);
    expect(clock.now()).to.not.equal(undefined);
    clock.stop();
  });
});
