import { expect } from 'chai';
import { deposit } from '../account/decide.fixture.ts';
import { brief, createInstance } from './instance.fixture.ts';
import { createSimulatedStore } from './simulated-store.fixture.ts';

describe('a store that can’t be read', () => {
  it('is asked again after a pause, not at once', async () => {
    const store = createSimulatedStore();
    await createInstance(store).open();
    store.unavailable = true;
    const before = store.reads;
    const { submit } = createInstance(store, { deadlineMs: 350 });
    expect(brief(await submit(deposit('d', '1.00')))).to.equal('service-unavailable');
    // At 0, 100, 200 and 300 ms, or fewer on a machine that is busy.
    expect(store.reads - before).to.be.within(1, 5);
  });
});
