import { expect } from 'chai';
import { deposit } from '../account/decide.fixture.ts';
import { createInstance } from './instance.fixture.ts';
import { createSimulatedStore } from './simulated-store.fixture.ts';

describe('the memory of an account', () => {
  it('counts its timeline, once it is loaded', async () => {
    const store = createSimulatedStore();
    const { open, submit, cache } = createInstance(store);
    await open();
    for (let day = 10; day < 30; day++) {
      await submit(deposit(`t-${day}`, '1.00', { effectiveAt: `2026-05-${day}` }));
    }
    const before = cache.sizeBytes;
    await submit(deposit('backdated', '1.00', { effectiveAt: '2026-05-09' }));
    expect(cache.sizeBytes - before).to.be.greaterThan(21 * 16);
  });
});

describe('the account cache', () => {
  it('knows how large an account has grown, and lets the least used ones go', async () => {
    const store = createSimulatedStore();
    const { cache, submit, open } = createInstance(store, { cacheBytes: 20_000 });
    await open();
    await submit(deposit('first', '1.00'));
    const before = cache.sizeBytes;
    await Promise.all(Array.from({ length: 50 }, (_, i) => submit(deposit(`t${i}`, '1.00'))));
    expect(cache.sizeBytes).to.be.greaterThan(before + 50 * 12);
    for (let i = 0; i < 30; i++) {
      await open(`a${i}`);
      await submit({ ...deposit('t', '1.00'), accountId: `a${i}` });
      expect(cache.sizeBytes).to.be.at.most(20_000);
    }
    expect(cache.get('alice')).to.equal(undefined);
    expect(cache.get('a29')?.account.balance).to.equal(100n);
  });

  it('keeps the accounts that are used again, and none that is larger than it', async () => {
    const store = createSimulatedStore();
    const { cache, submit, open } = createInstance(store, { cacheBytes: 20_000 });
    for (const accountId of ['alice', 'bob']) await open(accountId);
    await submit(deposit('first', '1.00'));
    for (let i = 0; i < 30; i++) {
      await open(`a${i}`);
      await submit({ ...deposit('t', '1.00'), accountId: `a${i}` });
      await submit(deposit(`t${i}`, '1.00'));
    }
    expect(cache.get('alice')?.account.balance).to.equal(3_100n);
    await Promise.all(
      Array.from({ length: 2_000 }, (_, i) => submit({ ...deposit(`t${i}`, '1.00'), accountId: 'bob' })),
    );
    expect(cache.get('bob')).to.equal(undefined);
    expect(cache.sizeBytes).to.be.at.most(20_000);
  });
});
