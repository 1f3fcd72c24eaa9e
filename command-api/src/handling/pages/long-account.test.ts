import { accountStream, pagesStream } from '@ledger/shared/events/streams';
import { expect } from 'chai';
import { until } from '../../../../deploy/test/until.fixture.ts';
import { deposit, withdrawal } from '../../account/decide.fixture.ts';
import { brief, checkPromises, createInstance, eventsOf } from '../instance.fixture.ts';
import { createSimulatedStore, lostAfterWriting, type SimulatedStore } from '../simulated-store.fixture.ts';
import { pageEventsOf } from './long-history.fixture.ts';
import { smallPages } from './page-context.fixture.ts';

const instanceOn = (store: SimulatedStore) => createInstance(store, { pageLimits: smallPages });

/** Alice's account with so many deposits of 10.00, on the first days of 2026, one a day. */
async function depositedStore(count: number) {
  const store = createSimulatedStore();
  const instance = instanceOn(store);
  await instance.open();
  for (let day = 1; day <= count; day++) {
    const effectiveAt = `2026-01-${String(day).padStart(2, '0')}`;
    await instance.submit(deposit(`t-${day}`, '10.00', { effectiveAt }));
    await instance.pageWriter.idle();
  }
  return { store, instance };
}

const firstRevisions = (store: SimulatedStore) =>
  pageEventsOf(store).map(({ data }) => Reflect.get(Object(data), 'firstRevision'));

describe('an account that becomes long', () => {
  it('has its pages written, each when it is complete, the first ones when it is long', async () => {
    for (const [deposits, pages] of [
      [7, []],
      [8, [0, 4]],
      [10, [0, 4]],
      [11, [0, 4, 8]],
      [23, [0, 4, 8, 12, 16, 20]],
    ] as const) {
      const { store, instance } = await depositedStore(deposits);
      expect(firstRevisions(store), `${deposits}`).to.deep.equal(pages);
      const counts = { used: 0, written: pages.length, repaired: 0, invalid: 0, failed: 0 };
      expect(instance.pages.counts).to.deep.equal(counts);
    }
  });

  it('has the same pages when it is appended to in groups, by two instances', async () => {
    const store = createSimulatedStore();
    const [one, two] = [instanceOn(store), instanceOn(store)];
    await one.open();
    const ids = Array.from({ length: 60 }, (_, n) => `t-${n}`);
    await Promise.all(ids.map((id, n) => (n % 2 ? one : two).submit(deposit(id, '1.00'))));
    for (const { pageWriter } of [one, two]) await pageWriter.idle();
    for (const [n, { submit, pageWriter }] of [one, two].entries()) {
      await submit(deposit(`last-${n}`, '1.00'));
      await pageWriter.idle();
    }
    const expected = Array.from({ length: Math.floor(eventsOf(store).length / 4) }, (_, n) => 4 * n);
    expect([...new Set(firstRevisions(store))].sort((a, b) => a - b)).to.deep.equal(expected);
    const fresh = instanceOn(store);
    await fresh.submit(deposit('t-1', '1.00'));
    await fresh.pageWriter.idle();
    expect(fresh.pages.counts.used).to.equal(expected.length);
    expect(fresh.pages.counts).to.include({ written: 0, repaired: 0, invalid: 0, failed: 0 });
  });

  it('reads nothing for a page whose events went through this process', async () => {
    const { store, instance } = await depositedStore(11);
    const { reads } = store;
    for (let n = 0; n < 4; n++) await instance.submit(deposit(`u-${n}`, '1.00'));
    await instance.pageWriter.idle();
    expect(firstRevisions(store)).to.deep.equal([0, 4, 8, 12]);
    expect(store.reads).to.equal(reads);
  });

  it('keeps for its next page no more than that page holds', async () => {
    const { store, instance } = await depositedStore(31);
    store.interceptAll = (write, { stream }) => {
      if (stream === pagesStream('alice')) return lostAfterWriting(write, { stream, events: [], expected: 'any' });
      return write();
    };
    const most = instance.cache.get('alice')?.pages.sizeBytes ?? 0;
    for (let n = 0; n < 50; n++) {
      await instance.submit(deposit(`u-${n}`, '1.00'));
      await instance.pageWriter.idle();
      expect(instance.cache.get('alice')?.pages.sizeBytes).to.be.at.most(most + smallPages.eventsPerPage * 24);
    }
  });
});

describe('a command to a long account', () => {
  it('does not wait for pages, nor fail with them', async () => {
    const { store, instance } = await depositedStore(22);
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    store.interceptAll = async (write, { stream }) => {
      if (stream !== pagesStream('alice')) return write();
      await released;
      throw new TypeError('whatever comes of it');
    };
    expect(brief(await instance.submit(deposit('t-23', '10.00')))).to.equal('Deposited');
    const isUnderWay = () => store.attempts.filter(({ stream }) => stream === pagesStream('alice')).length === 6;
    await until('the append of a page', isUnderWay);
    for (let n = 24; n < 29; n++) expect(brief(await instance.submit(deposit(`t-${n}`, '1.00')))).to.equal('Deposited');
    release();
    await instance.pageWriter.idle();
    expect(instance.pages.counts).to.include({ failed: 2 });
    expect(store.attempts.filter(({ stream }) => stream === accountStream('alice'))).to.have.length(29);
  });

  it('finds an old transaction by one read of its event, where the account came from pages', async () => {
    const { store } = await depositedStore(23);
    const { submit } = instanceOn(store);
    // Backdated, so that its timeline is loaded too.
    expect(brief(await submit(deposit('new', '1.00', { effectiveAt: '2026-01-01' })))).to.equal('Deposited');
    for (const day of [1, 3, 4, 15, 16, 19, 23]) {
      const effectiveAt = `2026-01-${String(day).padStart(2, '0')}`;
      const { reads } = store;
      expect(brief(await submit(deposit(`t-${day}`, '10.00', { effectiveAt })))).to.equal('replayed Deposited');
      expect(store.reads).to.equal(reads + 1);
      expect(brief(await submit(deposit(`t-${day}`, '11.00', { effectiveAt })))).to.equal('transaction-id-reused');
    }
    expect(eventsOf(store)).to.have.length(25);
  });

  it('is decided on every date, where the account came from pages', async () => {
    const outcomes = [];
    for (const pageLimits of [smallPages, { eventsPerPage: 4_096, longAccountEvents: 10_000 }]) {
      const { store } = await depositedStore(23);
      const { submit } = createInstance(store, { pageLimits });
      const decided = [];
      for (const [day, amount] of [
        [5, '50.01'],
        [5, '50.00'],
        [4, '0.01'],
        [23, '180.01'],
        [6, '10.00'],
        [22, '160.00'],
        [1, '0.01'],
      ] as const) {
        const effectiveAt = `2026-01-${String(day).padStart(2, '0')}`;
        decided.push(await submit(withdrawal(`w-${day}-${amount}`, amount, { effectiveAt })));
      }
      checkPromises(store);
      outcomes.push(decided.map((outcome) => (outcome.kind === 'recorded' ? outcome.transaction.event : outcome)));
    }
    expect(outcomes[0]).to.deep.equal(outcomes[1]);
    const types = outcomes[0]?.map((event) => ('type' in event ? event.type : event.kind));
    expect(types).to.deep.equal([
      'WithdrawalRefused',
      'Withdrawn',
      'WithdrawalRefused',
      'WithdrawalRefused',
      'Withdrawn',
      'Withdrawn',
      'WithdrawalRefused',
    ]);
  });
});
