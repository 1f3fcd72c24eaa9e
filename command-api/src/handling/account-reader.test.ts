import { StreamDamagedError } from '@ledger/shared/event-store/event-store';
import { expect } from 'chai';
import { failure } from '../../../deploy/test/failure.fixture.ts';
import { deposit, withdrawal } from '../account/decide.fixture.ts';
import { loadAccount, loadTimeline } from './account-reader.ts';
import { createInstance } from './instance.fixture.ts';
import { createSimulatedStore } from './simulated-store.fixture.ts';

describe('the timeline of an account', () => {
  it('is what its movements lead to, and is refused where that is not the balance', async () => {
    const store = createSimulatedStore();
    const { open, submit } = createInstance(store);
    await open();
    await submit(deposit('t-1', '10.00'));
    await submit(withdrawal('t-2', '4.00'));
    const known = await loadAccount(store, 'alice');
    if (!known) throw new Error('the account was opened');
    expect((await loadTimeline(store, known.account)).balance).to.equal(600n);
    const cutShort = { ...store, readForwards: () => store.readForwards('account-alice', 0, 2) };
    expect(await failure(loadTimeline(cutShort, known.account))).to.be.instanceOf(StreamDamagedError);
  });
});
