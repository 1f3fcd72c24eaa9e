import type { EventStore, JsonEvent } from '@ledger/shared/event-store/event-store';
import { expect } from 'chai';
import { deposit, withdrawal } from '../account/decide.fixture.ts';
import { brief, checkPromises, createInstance, eventsOf, openedAccount, setClock } from './instance.fixture.ts';
import { createSimulatedStore, foreignEvent } from './simulated-store.fixture.ts';

describe('a store that has lost what it showed', () => {
  it('is read from the beginning: what is known of the account is not the stream’s any more', async () => {
    const deposed = createSimulatedStore();
    const elected = createSimulatedStore();
    const current = { store: deposed };
    const store: EventStore = {
      ...deposed,
      append: (...append) => current.store.append(...append),
      readForwards: (...read) => current.store.readForwards(...read),
    };
    const { open, submit } = createInstance(store);
    await open();
    const [opening] = deposed.events('account-alice');
    if (!opening) throw new Error('the account was opened');
    elected.write('account-alice', [opening as JsonEvent], 'no_stream');
    await submit(deposit('d1', '5.00'));
    await submit(deposit('d2', '5.00'));
    current.store = elected;
    expect(brief(await submit(withdrawal('w1', '5.00')))).to.equal('WithdrawalRefused');
    checkPromises(elected);
  });
});

describe('a store that is away', () => {
  it('leaves commands undecided after the deadline, and takes them when it is back in time', async () => {
    const { store, submit } = await openedAccount();
    store.unavailable = true;
    const hasty = createInstance(store, { deadlineMs: 150 });
    expect(brief(await hasty.submit(deposit('d1', '1.00')))).to.equal('service-unavailable');
    const waiting = submit(deposit('d2', '1.00'));
    const failed = store.reads;
    store.beforeCall = () => {
      store.unavailable = store.reads < failed + 2;
      return Promise.resolve();
    };
    expect(brief(await waiting)).to.equal('Deposited');
  });

  it('whose clock is not known yet decides nothing', async () => {
    const clock = setClock(undefined);
    clock.time = undefined;
    const { submit, open } = createInstance(createSimulatedStore(), { clock, deadlineMs: 150 });
    expect(await open()).to.deep.equal({ kind: 'unsettled', reason: 'service-unavailable' });
    expect(brief(await submit(deposit('d1', '1.00')))).to.equal('service-unavailable');
  });

  it('that took too long to read is not sent what nobody waits for any more', async () => {
    const { store } = await openedAccount();
    const slow = createInstance(store, { deadlineMs: 20 });
    store.beforeCall = () => new Promise((resolve) => setTimeout(resolve, 40));
    expect(brief(await slow.submit(deposit('d1', '1.00')))).to.equal('service-unavailable');
    expect(eventsOf(store)).to.have.length(1);
  });

  it('that holds a damaged stream fails its account alone', async () => {
    const { store, submit, open } = await openedAccount();
    await open('bob');
    store.write('account-alice', [foreignEvent({ type: 'Frozen', data: {}, metadata: {} })], 0);
    const failure = await submit(deposit('d1', '1.00')).then(brief, String);
    expect(failure).to.contain('UnreadableEventError');
    expect(brief(await submit({ ...deposit('d1', '1.00'), accountId: 'bob' }))).to.equal('Deposited');
  });
});
