import type { EventStore } from '@ledger/shared/event-store/event-store';
import { expect } from 'chai';
import { createRandom, type Random } from '../../../deploy/test/long/kill-rounds/random.ts';
import { createProcess } from '../../../deploy/test/simulation/process.ts';
import { createWorld } from '../../../deploy/test/simulation/world.ts';
import { deposit } from '../account/decide.fixture.ts';
import { brief, createInstance, eventsOf } from './instance.fixture.ts';
import { createSimulatedStore } from './simulated-store.fixture.ts';
import type { Timers } from './timers.ts';

/** How long messages to the store and back are on their way, in milliseconds. */
interface Way {
  readonly leastMs: number;
  readonly upToMoreMs: number;
  readonly eachEventMs: number;
}

/** The store as one instance sees it, from afar. */
function fromAfar(store: EventStore, timers: Timers, random: Random, way: Way): EventStore {
  const pass = (events = 0) =>
    timers.pause(way.leastMs + events * way.eachEventMs + (random.below(1_000) / 1_000) * way.upToMoreMs);
  return {
    ...store,
    async append(stream, events, expected, timeoutMs) {
      await pass(events.length);
      return store.append(stream, events, expected, timeoutMs).finally(() => pass());
    },
    async *readForwards(stream, fromRevision, limit) {
      await pass();
      const events = [];
      for await (const event of store.readForwards(stream, fromRevision, limit)) events.push(event);
      await pass(events.length);
      yield* events;
    },
  };
}

/** Lets so many clients of each instance deposit into one account, each again as soon as it has its answer. */
async function fight(clients: readonly number[], durationMs: number, way: Way) {
  const world = createWorld();
  const random = createRandom(1);
  const store = createSimulatedStore();
  await createInstance(store).open();
  const readsBefore = store.reads;
  let underWay = 0;
  const instances = clients.map((count, number) => {
    const { timers } = createProcess(world);
    const { submit, appended, outrun } = createInstance(fromAfar(store, timers, random, way), { timers });
    const figures = { settled: 0, longestMs: 0, appended, outrun };
    let sent = 0;
    async function client(): Promise<void> {
      underWay += 1;
      while (world.nowMs < durationMs) {
        const sentMs = world.nowMs;
        const outcome = brief(await submit(deposit(`${number}-${sent++}`, '1.00')));
        if (outcome !== 'Deposited') throw new Error(`instance ${number}: ${outcome}`);
        figures.settled += 1;
        figures.longestMs = Math.max(figures.longestMs, world.nowMs - sentMs);
        await timers.pause(1);
      }
      underWay -= 1;
    }
    for (let i = 0; i < count; i += 1) void client();
    return figures;
  });
  await world.run(() => underWay === 0);
  const sumOf = (figure: (instance: (typeof instances)[number]) => number) =>
    instances.reduce((sum, instance) => sum + figure(instance), 0);
  const settled = sumOf((instance) => instance.settled);
  expect(eventsOf(store).at(-1), 'each deposit once').to.deep.include({ balance: 100n * BigInt(settled) });
  return {
    reads: store.reads - readsBefore,
    settled,
    shares: instances.map((instance) => instance.settled / settled),
    longestMs: Math.max(...instances.map(({ longestMs }) => longestMs)),
    appendsEachMs: sumOf(({ appended }) => appended.length) / durationMs,
    outrunEach: sumOf(({ outrun }) => outrun.length) / sumOf(({ appended }) => appended.length),
  };
}

describe('instances that write to one account all the time', () => {
  const jittery: Way = { leastMs: 0.5, upToMoreMs: 2, eachEventMs: 0 };

  it('take turns, where there are two: hardly an append is in vain', async () => {
    const { shares, outrunEach, longestMs, appendsEachMs } = await fight([8, 8], 500, jittery);
    expect(Math.min(...shares)).to.be.at.least(0.4);
    expect(outrunEach).to.be.at.most(0.1);
    expect(longestMs).to.be.at.most(60);
    // A read and an append take 6 ms on an average, of either instance: in no order could more of them land.
    expect(appendsEachMs).to.be.at.least(1 / 6 / 1.25);
  });

  it('have a fair share each, where there are three, and lose an append for each that lands at most', async () => {
    const { shares, outrunEach, longestMs } = await fight([6, 6, 6], 500, jittery);
    expect(Math.min(...shares)).to.be.at.least(0.25);
    expect(outrunEach).to.be.at.most(1);
    expect(longestMs).to.be.at.most(120);
  });

  it('get in where another is always there first, being nearer to its own events', async () => {
    const { longestMs, shares } = await fight([8, 8], 800, { leastMs: 0.5, upToMoreMs: 0, eachEventMs: 0.12 });
    expect(longestMs).to.be.at.most(500);
    expect(Math.min(...shares)).to.be.at.least(0.1);
  });

  it('leave the others a turn before they look for their events', async () => {
    const world = createWorld();
    const { timers } = createProcess(world);
    const store = createSimulatedStore();
    const other = createInstance(store);
    await other.open();
    const steady: Way = { leastMs: 2, upToMoreMs: 0, eachEventMs: 0 };
    const { submit } = createInstance(fromAfar(store, timers, createRandom(1), steady), { timers });
    const deposited = async (transactionId: string) => {
      const outcome = submit(deposit(transactionId, '1.00'));
      let isEnded = false;
      void outcome.then(() => {
        isEnded = true;
      });
      await world.run(() => isEnded);
      return brief(await outcome);
    };
    await deposited('d1');
    await other.submit(deposit('other', '1.00'));
    await deposited('d2');
    const landedMs = world.nowMs;
    const pauses: number[] = [];
    store.beforeCall = async () => void pauses.push(world.nowMs - landedMs);
    expect(await deposited('d3')).to.equal('Deposited');
    // A turn is 8 ms, half of it to read. Each is counted 2 ms after it was sent, and the last is the append.
    expect(pauses).to.deep.equal([10, 18, 26, 30]);
  });

  it('are as fast as ever where there is one: it reads its account once, and rests for two turns in a hundred', async () => {
    const steady: Way = { leastMs: 1, upToMoreMs: 0, eachEventMs: 0 };
    const { reads, settled } = await fight([1], 302, steady);
    expect(reads).to.equal(1);
    // Three milliseconds each, behind the two of the first read.
    expect(settled).to.equal(100);
  });
});
