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
    expect(cache.sizeBytes - before).to.be.greaterThan(20 * 200);
  });
});
