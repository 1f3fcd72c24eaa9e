import type { EventStore } from '@ledger/shared/event-store/event-store';
import { expect } from 'chai';
import { deposit, now, withdrawal } from '../account/decide.fixture.ts';
import {
  brief,
  checkPromises,
  createInstance,
  eventsOf,
  openedAccount,
  recordedTimesOf,
  setClock,
} from './instance.fixture.ts';
import { createSimulatedStore } from './simulated-store.fixture.ts';

describe('another instance', () => {
  it('got in between: decided again on what is there now', async () => {
    const { store, submit, appended } = await openedAccount();
    await submit(deposit('d1', '100.00'));
    const other = createInstance(store);
    expect(brief(await other.submit(withdrawal('w1', '70.00')))).to.equal('Withdrawn');
    expect(brief(await submit(withdrawal('w2', '70.00')))).to.equal('WithdrawalRefused');
    expect(appended).to.deep.equal([1, 1]);
    checkPromises(store);
  });

  it('recorded the same id with other content: one outcome and one 409', async () => {
    const { store, submit } = await openedAccount();
    await submit(deposit('d0', '1.00'));
    await createInstance(store).submit(deposit('d1', '1.00'));
    expect(brief(await submit(deposit('d1', '2.00')))).to.equal('transaction-id-reused');
  });

  it('made room under the cap: a rejection is confirmed by reading on', async () => {
    const { store, submit } = await openedAccount();
    await submit(deposit('d1', '9999999999999999.99'));
    await createInstance(store).submit(withdrawal('w1', '5.00'));
    expect(brief(await submit(deposit('d2', '5.00')))).to.equal('Deposited');
    expect(brief(await submit(deposit('d3', '5.00')))).to.equal('balance-limit-exceeded');
  });

  it('recorded an id: its reuse goes before every other rejection, also where this one had not read of it', async () => {
    const { store, submit } = await openedAccount();
    await submit(deposit('d0', '1.00'));
    await createInstance(store).submit(deposit('d1', '1.00'));
    expect(brief(await submit(deposit('d1', '1.00', { currency: 'USD' })))).to.equal('transaction-id-reused');
    expect(brief(await submit(deposit('d2', '1.00', { currency: 'USD' })))).to.equal('currency-mismatch');
  });

  it('keeps writing: a rejection rests on one look at what is there, not on a moment of silence', async () => {
    const deposed = await openedAccount();
    await deposed.submit(deposit('d0', '1.00'));
    const other = createInstance(deposed.store);
    let written = 0;
    const store: EventStore = {
      ...deposed.store,
      async *readForwards(...read) {
        await other.submit(deposit(`x${written++}`, '1.00'));
        yield* deposed.store.readForwards(...read);
      },
    };
    const { submit } = createInstance(store);
    expect(brief(await submit(deposit('d1', '1.00')))).to.equal('Deposited');
    expect(brief(await submit(deposit('d2', '1.00', { currency: 'USD' })))).to.equal('currency-mismatch');
    expect(written).to.equal(2);
  });

  it('opened the account: its absence was never kept', async () => {
    const store = createSimulatedStore();
    const { submit } = createInstance(store);
    expect(brief(await submit(deposit('d1', '1.00')))).to.equal('account-not-found');
    await createInstance(store).open();
    expect(brief(await submit(deposit('d1', '1.00')))).to.equal('Deposited');
  });

  it('has a clock that is ahead: recordedAt does not go back, and effectiveAt is never after it', async () => {
    const clock = setClock(now);
    const { store, submit } = await openedAccount({ clock });
    await createInstance(store, { clock: setClock(now + 60_000) }).submit(deposit('d1', '1.00'));
    await submit(deposit('d2', '1.00'));
    clock.time = now - 3_600_000;
    await submit(deposit('d3', '1.00', { effectiveAt: new Date(now + 90_000).toISOString() }));
    expect(recordedTimesOf(store)).to.deep.equal([now, now + 60_000, now + 60_000, now + 60_000]);
    expect(eventsOf(store).at(-1)).to.deep.include({ effectiveAt: now + 60_000 });
  });
});
