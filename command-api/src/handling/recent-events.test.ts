import { type EventStore, WrongRevisionError } from '@ledger/shared/event-store/event-store';
import { expect } from 'chai';
import { deposit } from '../account/decide.fixture.ts';
import { brief, checkPromises, createInstance, openedAccount } from './instance.fixture.ts';
import { createSimulatedStore } from './simulated-store.fixture.ts';

describe('the events that were appended last', () => {
  const recentBytes = 64 * 1024;

  it('are not read again for a retry, and are compared all the same', async () => {
    const { store, submit } = await openedAccount({ recentBytes });
    const first = await submit(deposit('t', '1.00'));
    const { reads } = store;
    expect(await submit(deposit('t', '1.00'))).to.deep.equal({ ...first, replayed: true });
    expect(brief(await submit(deposit('t', '2.00')))).to.equal('transaction-id-reused');
    expect(store.reads).to.equal(reads);
  });

  it('make room for newer ones, and are read then', async () => {
    const { store, submit, recent } = await openedAccount({ recentBytes });
    for (let i = 0; i < 100; i++) {
      await submit(deposit(`t${i}`, '1.00', { description: 'x'.repeat(500) }));
      expect(recent.sizeBytes).to.be.at.most(recentBytes);
    }
    const { reads } = store;
    expect(brief(await submit(deposit('t99', '1.00', { description: 'x'.repeat(500) })))).to.equal(
      'replayed Deposited',
    );
    expect(store.reads).to.equal(reads);
    expect(brief(await submit(deposit('t0', '1.00', { description: 'x'.repeat(500) })))).to.equal('replayed Deposited');
    expect(store.reads).to.equal(reads + 1);
  });

  it('of another process are read', async () => {
    const { store, submit } = await openedAccount({ recentBytes });
    const other = createInstance(store, { recentBytes });
    await other.submit(deposit('t', '1.00'));
    const { reads } = store;
    expect(brief(await submit(deposit('t', '1.00')))).to.equal('replayed Deposited');
    expect(store.reads).to.be.greaterThan(reads);
  });

  it('are forgotten where the stream is not where they left it', async () => {
    const { store, submit, recent } = await openedAccount({ recentBytes });
    await submit(deposit('t', '1.00'));
    expect(recent.get('alice', 1, 't')?.event).to.include({ transactionId: 't' });
    store.interceptNext(() => {
      throw new WrongRevisionError('elsewhere');
    });
    expect(brief(await submit(deposit('u', '1.00')))).to.equal('Deposited');
    expect(recent.get('alice', 1, 't')).to.equal(undefined);
    expect(recent.get('alice', 2, 'u')?.event).to.include({ transactionId: 'u' });
  });

  it('are not believed of another id, where the store was put back to an earlier state', async () => {
    const before = createSimulatedStore();
    const restored = createSimulatedStore();
    let current: EventStore = before;
    const store = new Proxy(before, { get: (_, key) => Reflect.get(current, key) as unknown });
    const { open, submit } = createInstance(store, { recentBytes });
    await open();
    await createInstance(restored).open();
    await submit(deposit('lost', '1.00'));
    await submit(deposit('lost too', '1.00'));
    current = restored;
    const other = createInstance(restored);
    for (const id of ['a', 'b', 'c']) await other.submit(deposit(id, '5.00'));
    await submit(deposit('a', '5.00')).catch(String);
    expect(brief(await submit(deposit('a', '5.00')))).to.equal('replayed Deposited');
    expect(brief(await submit(deposit('b', '5.00')))).to.equal('replayed Deposited');
    checkPromises(restored);
  });
});
