import { type EventStore, type RecordedEvent, StreamDamagedError } from '@ledger/shared/event-store/event-store';
import { UnreadableEventError } from '@ledger/shared/events/account-event-json';
import { expect } from 'chai';
import { failure } from '../../../deploy/test/failure.fixture.ts';
import { deposit, withdrawal } from '../account/decide.fixture.ts';
import { catchUp, loadAccount } from './account-reader.ts';
import { readRevisions } from './account-stream.ts';
import { hashOfId } from './id-hash.ts';
import { createInstance } from './instance.fixture.ts';
import { loadTimeline } from './load-timeline.ts';
import { pageContext } from './pages/page-context.fixture.ts';
import { createSimulatedStore } from './simulated-store.fixture.ts';

/** A store in which alice was given 10.00 and 5.00, and 4.00 were taken. */
async function filledStore() {
  const store = createSimulatedStore();
  const { open, submit } = createInstance(store);
  await open();
  for (const command of [deposit('t-1', '10.00'), deposit('t-2', '5.00'), withdrawal('t-3', '4.00')]) {
    await submit(command);
  }
  const known = await loadAccount(store, 'alice', pageContext());
  if (!known) throw new Error('the account was opened');
  return { store, known };
}

/** The store, its events seen through `change`; what becomes undefined is not there. */
function seenThrough(store: EventStore, change: (event: RecordedEvent) => RecordedEvent | undefined): EventStore {
  return {
    ...store,
    async *readForwards(...read) {
      for await (const event of store.readForwards(...read)) {
        const changed = change(event);
        if (changed) yield changed;
      }
    },
  };
}

describe('the stream of an account', () => {
  it('is refused where a revision is missing, also at its beginning', async () => {
    const { store } = await filledStore();
    for (const missing of [0, 1, 2]) {
      const damaged = seenThrough(store, (event) => (event.revision === missing ? undefined : event));
      expect(await failure(loadAccount(damaged, 'alice', pageContext())), `${missing}`).to.be.instanceOf(
        StreamDamagedError,
      );
    }
  });

  it('is refused where it holds an event of a type that is not known', async () => {
    const { store, known } = await filledStore();
    const newer = seenThrough(store, (event) => (event.revision === 3 ? { ...event, type: 'Reversed' } : event));
    expect(await failure(loadAccount(newer, 'alice', pageContext()))).to.be.instanceOf(UnreadableEventError);
    expect(await failure(loadTimeline(newer, known.account, pageContext()))).to.be.instanceOf(UnreadableEventError);
  });

  it('is refused where an event says another balance beside than it leads to', async () => {
    const { store } = await filledStore();
    const damaged = seenThrough(store, (event) => {
      if (event.revision !== 2) return event;
      const metadata = JSON.parse(JSON.stringify(event.metadata).replace('"15.00"', '"15.01"'));
      expect(metadata).to.not.deep.equal(event.metadata);
      return { ...event, metadata };
    });
    expect(await failure(loadAccount(damaged, 'alice', pageContext()))).to.be.instanceOf(StreamDamagedError);
  });

  it('is read on from where it was known, once', async () => {
    const { store, known } = await filledStore();
    expect(await catchUp(store, known)).to.equal(false);
    await createInstance(store).submit(deposit('t-4', '1.00'));
    expect(await catchUp(store, known)).to.equal(true);
    expect(await catchUp(store, known)).to.equal(false);
    expect(known.account).to.deep.include({ revision: 4, balance: 1_200n });
    expect(known.index.candidatesOf(hashOfId('t-4'))).to.deep.equal([4]);
  });
});

describe('the timeline of an account', () => {
  it('is what its movements lead to, and is refused where that is not the balance', async () => {
    const { store, known } = await filledStore();
    expect((await loadTimeline(store, known.account, pageContext())).balance).to.equal(1_100n);
    const cutShort = { ...store, readForwards: () => store.readForwards('account-alice', 0, 2) };
    expect(await failure(loadTimeline(cutShort, known.account, pageContext()))).to.be.instanceOf(StreamDamagedError);
    const damaged = seenThrough(store, (event) =>
      event.revision === 1 ? { ...event, data: { ...(event.data as object), amount: '10.01' } } : event,
    );
    expect(await failure(loadTimeline(damaged, known.account, pageContext()))).to.be.instanceOf(StreamDamagedError);
  });

  it('ends where the account is known to be, whatever has come since', async () => {
    const { store, known } = await filledStore();
    await createInstance(store).submit(deposit('t-4', '1.00'));
    expect((await loadTimeline(store, known.account, pageContext())).balance).to.equal(1_100n);
  });
});

describe('single events of an account', () => {
  it('are read however many there are, however far from each other', async () => {
    const store = createSimulatedStore();
    const { open, submit } = createInstance(store);
    await open();
    await Promise.all(Array.from({ length: 700 }, (_, i) => submit(deposit(`t-${i}`, '1.00'))));
    const revisions = Array.from({ length: 20 }, (_, i) => 1 + i * 34);
    expect([...(await readRevisions(store, 'alice', revisions)).keys()].sort((a, b) => a - b)).to.deep.equal(revisions);
  });

  it('are read by their revisions, those that are near each other in one go', async () => {
    const store = createSimulatedStore();
    const { open, submit } = createInstance(store);
    await open();
    await Promise.all(Array.from({ length: 150 }, (_, i) => submit(deposit(`t-${i}`, '1.00'))));
    const before = store.reads;
    const found = await readRevisions(store, 'alice', [100, 9, 142, 10, 9, 60, 132]);
    expect([...found.keys()].sort((a, b) => a - b)).to.deep.equal([9, 10, 60, 100, 132, 142]);
    for (const [revision, event] of found) expect(event.revision).to.equal(revision);
    expect(store.reads - before).to.equal(3);
  });
});

describe('what was not read to its end', () => {
  it('is refused as a timeline, also where what is missing sums up to nothing', async () => {
    const { store, known } = await filledStore();
    const { submit } = createInstance(store);
    await submit(withdrawal('t-4', '11.00'));
    await submit(deposit('t-5', '11.00'));
    const whole = await loadAccount(store, 'alice', pageContext());
    expect(whole?.account).to.deep.include({ revision: 5, balance: known.account.balance });
    const cutShort = seenThrough(store, (event) => (event.revision <= 3 ? event : undefined));
    if (!whole) throw new Error('the account was opened');
    expect(await failure(loadTimeline(cutShort, whole.account, pageContext()))).to.be.instanceOf(StreamDamagedError);
  });
});

describe('an event of another account', () => {
  it('is refused', async () => {
    const store = createSimulatedStore();
    const { open } = createInstance(store);
    await open('bob');
    const bobs = seenThrough(store, (event) => event);
    const swapped: EventStore = {
      ...bobs,
      readForwards: (_stream, ...read) => store.readForwards('account-bob', ...read),
    };
    expect(await failure(loadAccount(swapped, 'alice', pageContext()))).to.be.instanceOf(StreamDamagedError);
    expect(await failure(createInstance(swapped).open('alice'))).to.be.instanceOf(UnreadableEventError);
  });
});
