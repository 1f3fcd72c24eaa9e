import { expect } from 'chai';
import { deposit, withdrawal } from '../account/decide.fixture.ts';
import { brief, checkPromises, createInstance } from './instance.fixture.ts';
import { createSimulatedStore } from './simulated-store.fixture.ts';

describe('an account that this process has opened', () => {
  it('takes its first command without being read', async () => {
    const store = createSimulatedStore();
    const { open, submit, cache } = createInstance(store, { keepsOpened: true });
    await open();
    const { reads } = store;
    expect(brief(await submit(deposit('first', '1.00')))).to.equal('Deposited');
    expect(store.reads).to.equal(reads);
    expect(cache.get('alice')?.account).to.include({ balance: 100n, revision: 1 });
  });

  it('is not known by an opening that was there before, nor put back to it', async () => {
    const store = createSimulatedStore();
    const { open } = createInstance(store);
    await open();
    const other = createInstance(store, { keepsOpened: true });
    expect(await other.open()).to.deep.include({ kind: 'opened', replayed: true });
    expect(other.cache.get('alice')).to.equal(undefined);
    await other.submit(deposit('first', '1.00'));
    await other.open();
    expect(other.cache.get('alice')?.account.revision).to.equal(1);
  });

  it('is not put back to its opening where it was read meanwhile', async () => {
    const store = createSimulatedStore();
    const opener = createInstance(store, { keepsOpened: true });
    await opener.open();
    const opening = opener.cache.get('alice');
    if (!opening) throw new Error('the account was opened');
    const { submit, cache } = createInstance(store);
    await submit(deposit('first', '1.00'));
    cache.keepOpened(opening);
    expect(cache.get('alice')?.account.revision).to.equal(1);
  });

  it('is decided rightly where another process was there first', async () => {
    const store = createSimulatedStore();
    const first = createInstance(store, { keepsOpened: true });
    const second = createInstance(store);
    await first.open();
    await second.submit(deposit('a', '5.00'));
    expect(brief(await first.submit(withdrawal('b', '5.00')))).to.equal('Withdrawn');
    expect(brief(await first.submit(deposit('a', '5.00')))).to.equal('replayed Deposited');
    checkPromises(store);
  });
});
