import { WrongRevisionError } from '@ledger/shared/event-store/event-store';
import { expect } from 'chai';
import { deposit, now } from '../account/decide.fixture.ts';
import { brief, causation, createInstance, eventsOf, setClock } from './instance.fixture.ts';
import { createOpener } from './open-account.ts';
import { createSimulatedStore, lostAfterWriting, lostBeforeWriting } from './simulated-store.fixture.ts';
import { machineTimers } from './timers.ts';

function opener(store = createSimulatedStore(), deadlineMs = 5_000, most?: number) {
  const opener = createOpener(
    { store, clock: setClock(), timers: machineTimers, defaultCurrency: 'EUR', deadlineMs, onOpened: () => {} },
    most,
  );
  const open = (content: { name?: string; currency?: string; metadata?: Record<string, string> } = {}) =>
    opener({ accountId: 'alice', name: 'Alice', currency: undefined, metadata: {}, ...content }, causation);
  return { store, open };
}

describe('opening an account', () => {
  it('records the currency’s decimals as this runtime knows them', async () => {
    for (const [currency, decimals] of [
      ['JPY', 0],
      ['EUR', 2],
      ['KWD', 3],
    ] as const) {
      const { store, open } = opener();
      expect(await open({ currency })).to.deep.include({ kind: 'opened', replayed: false, recordedAt: now });
      expect(eventsOf(store)).to.deep.equal([
        { type: 'AccountOpened', accountId: 'alice', name: 'Alice', currency, decimals, metadata: {} },
      ]);
    }
  });

  it('answers the same again, a currency left out being whatever the account has', async () => {
    const { store, open } = opener();
    await open({ currency: 'JPY' });
    expect(await open()).to.deep.include({ kind: 'opened', replayed: true });
    expect(eventsOf(store)).to.have.length(1);
  });

  it('names what differs', async () => {
    const { open } = opener();
    await open();
    const other = { name: 'Bob', currency: 'USD', metadata: { a: 'b' } };
    expect(await open(other)).to.deep.equal({ kind: 'taken', differs: ['name', 'currency', 'metadata'] });
  });

  it('by two at once makes one account', async () => {
    const { store, open } = opener();
    const outcomes = await Promise.all([open(), open(), opener(store).open({ name: 'Bob' })]);
    expect(outcomes.map((outcome) => (outcome.kind === 'opened' ? outcome.replayed : outcome.kind))).to.deep.equal([
      false,
      true,
      'taken',
    ]);
    expect(eventsOf(store)).to.have.length(1);
  });

  it('finds its own after an acknowledgement was lost: not a replay', async () => {
    const { store, open } = opener();
    store.interceptNext(lostAfterWriting, lostBeforeWriting);
    expect(await open()).to.deep.include({ kind: 'opened', replayed: false });
    expect(eventsOf(store)).to.have.length(1);
  });

  it('finds its own also where the account has moved on meanwhile', async () => {
    const { store, open } = opener();
    store.interceptNext(async (write, attempt) => {
      write();
      expect(brief(await createInstance(store).submit(deposit('d', '1.00')))).to.equal('Deposited');
      return lostBeforeWriting(write, attempt);
    });
    expect(await open()).to.deep.include({ kind: 'opened', replayed: false });
    expect(eventsOf(store)).to.have.length(2);
  });

  it('finds its own where the store says that somebody was there before', async () => {
    const { open, store } = opener();
    store.interceptNext((write) => {
      write();
      throw new WrongRevisionError('the stream exists');
    });
    expect(await open()).to.deep.include({ kind: 'opened', replayed: false });
  });

  it('is unknown after the deadline', async () => {
    const { store, open } = opener(undefined, 300);
    store.interceptAll = lostBeforeWriting;
    expect(await open()).to.deep.equal({ kind: 'unsettled', reason: 'outcome-unknown' });
  });

  it('is not attempted while the store can’t be read', async () => {
    const { store, open } = opener(undefined, 300);
    store.unavailable = true;
    expect(await open()).to.deep.equal({ kind: 'unsettled', reason: 'service-unavailable' });
  });

  it('is turned away at once where too many are under way', async () => {
    const { store, open } = opener(undefined, 5_000, 1);
    let letGo = () => {};
    store.beforeCall = () => new Promise((resolve) => (letGo = resolve));
    const first = open();
    expect(await open()).to.deep.equal({ kind: 'unsettled', reason: 'overloaded' });
    store.beforeCall = () => Promise.resolve();
    letGo();
    expect(await first).to.deep.include({ kind: 'opened', replayed: false });
    expect(await open()).to.deep.include({ kind: 'opened', replayed: true });
  });
});
