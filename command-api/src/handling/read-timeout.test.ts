import { StoreUnavailableError } from '@ledger/shared/event-store/event-store';
import { expect } from 'chai';
import { deposit } from '../account/decide.fixture.ts';
import { brief, createInstance, eventsOf } from './instance.fixture.ts';
import { withReadTimeout } from './read-timeout.ts';
import { createSimulatedStore } from './simulated-store.fixture.ts';

describe('a read that gets no answer', () => {
  it('fails after its time, and its command is answered', async () => {
    const store = createSimulatedStore();
    await createInstance(store).open();
    const { submit } = createInstance(withReadTimeout(store, 30), { deadlineMs: 100 });
    store.beforeCall = () => new Promise(() => {});
    expect(brief(await submit(deposit('t', '1.00')))).to.equal('service-unavailable');
    store.beforeCall = () => Promise.resolve();
    expect(brief(await submit(deposit('t', '1.00')))).to.equal('Deposited');
    expect(eventsOf(store)).to.have.length(2);
  });

  it('passes on what does answer, its end and its failure', async () => {
    const store = createSimulatedStore();
    const event = { type: 'x', data: {}, metadata: {} };
    store.write(
      's',
      [0, 1, 2].map((id) => ({ ...event, id: `${id}` })),
      'no_stream',
    );
    const ids: string[] = [];
    for await (const { id } of withReadTimeout(store, 1_000).readForwards('s', 1)) ids.push(id);
    expect(ids).to.deep.equal(['1', '2']);
    for await (const { id } of withReadTimeout(store, 1_000).readForwards('s', 0)) {
      ids.push(id);
      break;
    }
    expect(ids).to.deep.equal(['1', '2', '0']);
    store.unavailable = true;
    const failure = await withReadTimeout(store, 1_000)
      .readForwards('s', 0)
      [Symbol.asyncIterator]()
      .next()
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(failure).to.be.instanceOf(StoreUnavailableError);
  });
});
