import { expect } from 'chai';
import { deposit, withdrawal } from '../account/decide.fixture.ts';
import { brief, createInstance, eventsOf } from './instance.fixture.ts';
import { createSimulatedStore } from './simulated-store.fixture.ts';

describe('an account with a long history', () => {
  it('replays its first transaction, and decides on all of them, in this process and in a new one', async () => {
    const store = createSimulatedStore();
    const first = createInstance(store);
    await first.open();
    const refused = await first.submit(withdrawal('w0', '3000.00'));
    const ids = Array.from({ length: 3_000 }, (_, i) => `t${i}`);
    await Promise.all(ids.map((id) => first.submit(deposit(id, '1.00'))));
    for (const instance of [first, createInstance(store)]) {
      expect(await instance.submit(withdrawal('w0', '3000.00'))).to.deep.equal({ ...refused, replayed: true });
      for (const id of ['t0', 't1500', 't2999']) {
        expect(brief(await instance.submit(deposit(id, '1.00')))).to.equal('replayed Deposited');
      }
      expect(brief(await instance.submit(deposit('t0', '2.00')))).to.equal('transaction-id-reused');
    }
    expect(eventsOf(store)).to.have.length(3_002);
  });

  it('is read to its end: an answer without an append rests on all of it', async () => {
    const store = createSimulatedStore();
    const { open, submit } = createInstance(store);
    await open();
    await submit(deposit('in', '9999999999990000.00'));
    const ids = Array.from({ length: 3_000 }, (_, i) => `t${i}`);
    await Promise.all(ids.map((id) => submit(withdrawal(id, '1.00'))));
    await submit(withdrawal('out', '9999999999980000.00'));
    expect(brief(await createInstance(store).submit(deposit('again', '9999999999980000.00')))).to.equal('Deposited');
  });

  it('is not read again for the second backdated command', async () => {
    const store = createSimulatedStore();
    const { open, submit } = createInstance(store);
    await open();
    await submit(deposit('d', '10.00'));
    const early = (id: string) => submit(deposit(id, '1.00', { effectiveAt: '2026-01-01' }));
    await early('t1');
    const { reads } = store;
    await early('t2');
    expect(store.reads).to.equal(reads);
  });
});
