import { setImmediate as endOfTurn } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { accountHistory, appendHistory } from '../../../deploy/test/account-history.fixture.ts';
import { failure } from '../../../deploy/test/failure.fixture.ts';
import { memoryEventStore } from '../../../deploy/test/memory-event-store.fixture.ts';
import { createEventQueue } from './event-queue.ts';
import { type TakenIn, takeIn } from './taken-in.ts';

/** Far longer than a test: what waits for it fails. */
const everMs = 3_600_000;
/** A run takes some milliseconds. */
const stalledMs = 10_000;

async function pass(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await endOfTurn();
}

/** What has become of a promise a few turns of the event loop later. */
async function stateOf(promise: Promise<unknown>): Promise<'waits' | 'is done'> {
  return Promise.race([promise.then(() => 'is done' as const), pass(5).then(() => 'waits' as const)]);
}

describe('the queue between the subscription and PostgreSQL', () => {
  let events: readonly TakenIn[];
  let abort: AbortController;
  const queueOf = (batchEvents: number, batchWaitMs: number) =>
    createEventQueue({ batchEvents, batchWaitMs }, abort.signal);

  before(async () => {
    const store = memoryEventStore();
    const history = accountHistory('alice', 0);
    for (let n = 1; n < 100; n++) history.transact(1n, n, n);
    await appendHistory(store, history);
    events = store.events.map(takeIn);
  });
  beforeEach(() => {
    abort = new AbortController();
  });

  it('loses, doubles and reorders nothing, and stalls never, however puts, takes and the end fall together', async () => {
    const turns = fc.nat({ max: 4 });
    const mostAtOnce = 9;
    const plan = fc.record({
      batchEvents: fc.integer({ min: 1, max: 6 }),
      batchWaitMs: fc.constantFrom(0, 0, 0, 1),
      puts: fc.array(fc.record({ count: fc.nat({ max: mostAtOnce }), turns }), { maxLength: 10 }),
      takes: fc.array(turns, { minLength: 1, maxLength: 6 }),
      end: fc.record({ by: fc.constantFrom('fail' as const, 'abort' as const), turns: fc.option(fc.nat({ max: 20 })) }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ batchEvents, batchWaitMs, puts, takes, end }) => {
        const ending = new AbortController();
        const queue = createEventQueue({ batchEvents, batchWaitMs }, ending.signal);
        const reason = new Error('the end');
        const finish = () => (end.by === 'fail' ? queue.fail(reason) : ending.abort(reason));
        const taken: TakenIn[] = [];
        let added = 0;

        async function putAll() {
          for (const { count, turns: pause } of puts) {
            await pass(pause);
            await queue.put(events.slice(added, added + count));
            added += count;
            expect(queue.size).to.be.below(batchEvents + mostAtOnce);
            expect(queue.newest).to.equal(events[added - 1]);
          }
        }
        async function takeAll() {
          for (let n = 0; ; n++) {
            await pass(takes[n % takes.length] ?? 0);
            const batch = await queue.take();
            expect(batch.length).to.be.within(1, batchEvents);
            taken.push(...batch);
            expect(queue.oldest).to.equal(queue.size === 0 ? undefined : events[taken.length]);
          }
        }
        const takenAll = failure(takeAll());
        const putting = putAll().catch((error: unknown) => error);
        if (end.turns === null) await putting.then(finish);
        else await pass(end.turns).then(finish);

        const outcomes = [await takenAll, await putting].map((error) =>
          error instanceof Error && error.name === 'AbortError' ? error.cause : error,
        );
        expect(outcomes[0]).to.equal(reason);
        expect(outcomes[1]).to.be.oneOf([reason, undefined]);
        expect(taken).to.deep.equal(events.slice(0, taken.length));
        if (end.by === 'fail') expect(taken).to.have.length(added);
      }),
      { numRuns: 100, timeout: stalledMs },
    );
  });

  it('gives what comes alone at once, and what comes next when its time has come', async () => {
    const queue = queueOf(10, 40);
    await queue.put(events.slice(0, 1));
    const first = await queue.take();
    const startedAt = performance.now();
    await queue.put(events.slice(1, 2));
    const second = queue.take();
    expect(await stateOf(second)).to.equal('waits');
    await queue.put(events.slice(2, 3));
    expect([first, await second]).to.deep.equal([events.slice(0, 1), events.slice(1, 3)]);
    // A timer counts whole milliseconds.
    expect(performance.now() - startedAt).to.be.above(38);
  });

  it('gives a full batch before its time, whether it is full already or becomes so', async () => {
    const queue = queueOf(2, everMs);
    await queue.put(events.slice(0, 4));
    expect(await queue.take()).to.deep.equal(events.slice(0, 2));
    expect(await queue.take()).to.deep.equal(events.slice(2, 4));
    const third = queue.take();
    await queue.put(events.slice(4, 5));
    expect(await stateOf(third)).to.equal('waits');
    await queue.put(events.slice(5, 6));
    expect(await third).to.deep.equal(events.slice(4, 6));
  });

  it('lets more in once less than a batch waits', async () => {
    const queue = queueOf(2, 0);
    await queue.put(events.slice(0, 5));
    const more = queue.put(events.slice(5, 6));
    await queue.take();
    expect(await stateOf(more)).to.equal('waits');
    await queue.take();
    expect(await stateOf(more)).to.equal('is done');
    expect(await queue.take()).to.deep.equal(events.slice(4, 6));
  });

  it('makes no batch of nothing', async () => {
    const queue = queueOf(2, 0);
    const batch = queue.take();
    await queue.put([]);
    expect(await stateOf(batch)).to.equal('waits');
    await queue.put(events.slice(0, 1));
    expect(await batch).to.deep.equal(events.slice(0, 1));
  });

  it('gives what came before its failure, without waiting, and lets nothing in after it', async () => {
    const queue = queueOf(2, everMs);
    await queue.put(events.slice(0, 3));
    const late = failure(queue.put(events.slice(3, 4)));
    const reason = new Error('the first');
    queue.fail(reason);
    queue.fail(new Error('the second'));
    expect(await queue.take()).to.deep.equal(events.slice(0, 2));
    expect(await queue.take()).to.deep.equal(events.slice(2, 3));
    expect([await late, await failure(queue.take()), await failure(queue.put(events.slice(4)))]).to.deep.equal([
      reason,
      reason,
      reason,
    ]);
  });

  it('gives what waits for its time when it fails', async () => {
    const queue = queueOf(2, everMs);
    await queue.put(events.slice(0, 1));
    await queue.take();
    await queue.put(events.slice(1, 2));
    const early = queue.take();
    await pass(2);
    queue.fail(new Error('the end'));
    expect(await early).to.deep.equal(events.slice(1, 2));
  });

  it('ends who waits, for events, for the time of a batch or for room, when it is aborted', async () => {
    const empty = queueOf(2, everMs);
    const early = queueOf(2, everMs);
    await early.put(events.slice(0, 1));
    await early.take();
    await early.put(events.slice(1, 2));
    const full = queueOf(2, everMs);
    await full.put(events.slice(0, 2));
    const waits = [empty.take(), early.take(), full.put(events.slice(2, 3))].map(failure);
    await pass(2);
    abort.abort();
    for (const wait of waits) expect(await wait).to.have.property('name', 'AbortError');
    for (const late of [empty.take(), early.take(), full.put(events.slice(2, 3))].map(failure)) {
      expect(await late).to.have.property('name', 'AbortError');
    }
  });
});
