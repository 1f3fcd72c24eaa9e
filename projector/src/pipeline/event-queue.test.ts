import { expect } from 'chai';
import { accountHistory, appendHistory } from '../../../deploy/test/account-history.fixture.ts';
import { memoryEventStore } from '../../../deploy/test/memory-event-store.fixture.ts';
import { createEventQueue } from './event-queue.ts';
import { type TakenIn, takeIn } from './taken-in.ts';

const opened = Date.parse('2026-01-01T00:00:00Z');
const megabyte = 2 ** 20;
const long = 'x'.repeat(megabyte);

describe('the queue of events', () => {
  /** An opening, and deposits with so many characters of metadata each. */
  async function eventsOf(count: number, metadata: string): Promise<readonly TakenIn[]> {
    const history = accountHistory('alice', opened);
    for (let n = 1; n < count; n++) history.transact(1n, opened, opened);
    const store = memoryEventStore();
    await appendHistory(store, history);
    return store.events
      .map(takeIn)
      .map(
        (taken): TakenIn =>
          taken.account.event && taken.account.event.type !== 'AccountOpened'
            ? { ...taken, account: { ...taken.account, event: { ...taken.account.event, metadata: { metadata } } } }
            : taken,
      );
  }

  function queueOf(batchEvents: number) {
    const stop = new AbortController();
    return { queue: createEventQueue({ batchEvents, batchWaitMs: 0 }, stop.signal), stop };
  }

  it('gives out all events, in order, in batches of so many at most', async () => {
    const events = await eventsOf(10, '');
    const { queue } = queueOf(4);
    await queue.put(events);
    const batches = [await queue.take(), await queue.take(), await queue.take()];
    expect(batches.map(({ length }) => length)).to.deep.equal([4, 4, 2]);
    expect(batches.flat()).to.deep.equal(events);
    expect(queue.size).to.equal(0);
  });

  it('gives out large events in smaller batches, and one that is larger than a batch alone', async () => {
    const events = await eventsOf(40, long);
    const tooLarge = await eventsOf(2, long.repeat(40));
    const { queue } = queueOf(1_000);
    await queue.put([...events, ...tooLarge]);
    const batches: (readonly TakenIn[])[] = [];
    while (queue.size > 0) batches.push(await queue.take());
    expect(batches.flat()).to.deep.equal([...events, ...tooLarge]);
    const lengths = batches.map(({ length }) => length);
    expect(Math.max(...lengths), String(lengths)).to.be.within(2, 20);
    expect(lengths.at(-1)).to.equal(1);
  });

  it('takes no more where large events fill it, until some of them are given out', async () => {
    const events = await eventsOf(20, long);
    const { queue } = queueOf(1_000);
    let taken = 0;
    const putting = (async () => {
      for (const event of events) {
        await queue.put([event]);
        taken += 1;
      }
    })();
    const waiting = await queue.take();
    expect(waiting.length).to.equal(1);
    await new Promise(setImmediate);
    expect(taken).to.be.within(2, 18);
    const rest: TakenIn[] = [...waiting];
    while (rest.length < events.length) rest.push(...(await queue.take()));
    await putting;
    expect(rest).to.deep.equal(events);
  });
});
