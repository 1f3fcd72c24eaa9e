import { WrongRevisionError } from '@ledger/shared/event-store/event-store';
import { UnreadableEventError } from '@ledger/shared/events/account-event-json';
import { expect } from 'chai';
import { failure } from '../../../deploy/test/failure.fixture.ts';
import { now } from '../account/decide.fixture.ts';
import { createInstance, eventsOf, recordedTimesOf, setClock } from './instance.fixture.ts';
import { createSimulatedStore } from './simulated-store.fixture.ts';

describe('an opening', () => {
  it('says when it was recorded, also where an attempt that was given up lands in the end', async () => {
    const store = createSimulatedStore();
    const clock = setClock();
    const { open } = createInstance(store, { clock });
    let land = () => {};
    store.interceptNext(
      (write) => {
        land = () => void write();
        clock.time = now + 60_000;
        throw new WrongRevisionError('somebody was there before');
      },
      (write) => {
        land();
        return write();
      },
    );
    expect(await open()).to.deep.include({ kind: 'opened', replayed: false, recordedAt: now });
    expect(recordedTimesOf(store)).to.deep.equal([now]);
  });

  it('is not believed at another revision than the first', async () => {
    const store = createSimulatedStore();
    store.interceptNext(() => ({ revision: 7 }));
    expect(await createInstance(store).open()).to.deep.include({ kind: 'opened', replayed: false });
    expect(eventsOf(store)).to.have.length(1);
  });

  it('is found again without a clock, and without an append', async () => {
    const store = createSimulatedStore();
    await createInstance(store).open();
    const clock = setClock();
    clock.time = undefined;
    expect(await createInstance(store, { clock, deadlineMs: 200 }).open()).to.deep.include({ replayed: true });
    expect(store.attempts).to.have.length(1);
  });

  it('is refused where the stream does not begin with it', async () => {
    const store = createSimulatedStore();
    await createInstance(store).open();
    const damaged = createInstance({
      ...store,
      async *readForwards(...read) {
        for await (const event of store.readForwards(...read)) yield { ...event, revision: event.revision + 3 };
      },
    });
    expect(await failure(damaged.open())).to.be.instanceOf(UnreadableEventError);
  });
});
