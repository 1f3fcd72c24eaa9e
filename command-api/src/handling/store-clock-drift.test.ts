import type { EventStore, RecordedEvent } from '@ledger/shared/event-store/event-store';
import { createLog } from '@ledger/shared/log';
import { expect } from 'chai';
import { createRandom } from '../../../deploy/test/long/kill-rounds/random.ts';
import { createLink } from '../../../deploy/test/simulation/link.ts';
import { createProcess } from '../../../deploy/test/simulation/process.ts';
import { beginning, createStoreServer } from '../../../deploy/test/simulation/store-server.ts';
import { createWorld } from '../../../deploy/test/simulation/world.ts';
import { createStoreClock } from './store-clock.ts';

/** A clock on a store that is up to 60 ms away in each direction, in a time of its own. */
function clockInAWorld(through: (store: EventStore) => EventStore = (store) => store) {
  const world = createWorld();
  const server = createStoreServer(world);
  const process = createProcess(world);
  const store = through(createLink(world, server, createRandom(1)).connect(process));
  const clock = createStoreClock(store, process.timers, 'clock-1', createLog('test', 'silent'));
  return {
    world,
    server,
    process,
    clock,
    probes: () => server.streams.all.filter(({ stream }) => stream === 'clock-1').length,
    /** Lets time pass, and looks at the clock every 50 ms. */
    async passUntil(timeMs: number, look: (now: number | undefined, storeNow: number) => void = () => {}) {
      for (let atMs = world.nowMs; atMs < timeMs; atMs += 50) {
        world.at(atMs, () => look(clock.now(), beginning + world.nowMs));
      }
      world.at(timeMs, () => {});
      await world.run(() => world.nowMs >= timeMs);
    },
  };
}

describe('the store’s clock, from far away', () => {
  it('is never ahead of the store, and behind it by less than a probe takes', async () => {
    const { clock, passUntil } = clockInAWorld();
    clock.start();
    await passUntil(300);
    await passUntil(35_000, (now, storeNow) => expect(now).to.be.within(storeNow - 200, storeNow));
  });

  it('follows the store’s jumps within ten seconds, but never goes back', async () => {
    const { clock, server, probes, passUntil } = clockInAWorld();
    clock.start();
    await passUntil(5_000);
    server.jumpClock(3_600_000);
    await passUntil(12_000);
    expect(clock.now()).to.be.within(beginning + 3_611_000, beginning + 3_612_000);
    server.jumpClock(-7_200_000);
    let latest = clock.now() ?? 0;
    await passUntil(40_000, (now = 0) => {
      expect(now).to.be.at.least(latest);
      latest = now;
    });
    expect(probes()).to.equal(4);
    expect(server.streams.readForwards('clock-1', 0), 'only the newest is readable').to.have.length(1);
  });

  it('is not known after the machine has slept, until it has been asked for again', async () => {
    for (const sleepsAtMs of [5_000, 10_020]) {
      const { clock, process, passUntil } = clockInAWorld();
      clock.start();
      await passUntil(sleepsAtMs);
      process.hold(60_000, { machineSleeps: true });
      await passUntil(sleepsAtMs + 60_000);
      const seen: (number | undefined)[] = [];
      await passUntil(sleepsAtMs + 62_000, (now, storeNow) => {
        seen.push(now);
        if (now !== undefined) expect(now).to.be.within(storeNow - 200, storeNow);
      });
      expect(seen[0]).to.equal(undefined);
      expect(seen.at(-1)).to.not.equal(undefined);
    }
  });

  it('is not taken from another’s event in its stream; its own is looked for again, soon', async () => {
    let reads = 0;
    const { clock, passUntil } = clockInAWorld((store) => ({
      ...store,
      async *readForwards(...read): AsyncGenerator<RecordedEvent> {
        reads += 1;
        for await (const event of store.readForwards(...read)) {
          yield reads > 1 ? event : { ...event, id: 'another', created: new Date(beginning + 86_400_000) };
        }
      },
    }));
    clock.start();
    await passUntil(2_000, (now, storeNow) => {
      if (now !== undefined) expect(now).to.be.at.most(storeNow);
    });
    expect(clock.now()).to.be.within(beginning + 1_800, beginning + 2_000);
  });

  it('probes no more once it is stopped, whether it waits or is just probing', async () => {
    for (const stopMs of [5_000, 1]) {
      const { clock, probes, passUntil } = clockInAWorld();
      clock.start();
      await passUntil(stopMs);
      clock.stop();
      await passUntil(30_000);
      expect(probes()).to.equal(1);
    }
  });
});
