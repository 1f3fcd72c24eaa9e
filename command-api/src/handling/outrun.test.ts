import { type Appended, OutcomeUnknownError, WrongRevisionError } from '@ledger/shared/event-store/event-store';
import { expect } from 'chai';
import { createProcess } from '../../../deploy/test/simulation/process.ts';
import { createWorld } from '../../../deploy/test/simulation/world.ts';
import { deposit } from '../account/decide.fixture.ts';
import { brief, createInstance, eventsOf, setClock } from './instance.fixture.ts';
import type { Outcome } from './outcome.ts';
import { createSimulatedStore } from './simulated-store.fixture.ts';

/** An instance whose clock is lost with its first append: nothing more can be decided before the deadline, in virtual time. */
async function instanceThatDecidesOnce(options: { cacheBytes?: number } = {}) {
  const world = createWorld();
  const { timers } = createProcess(world);
  const clock = setClock();
  const store = createSimulatedStore();
  await createInstance(store).open();
  const { submit, outrun } = createInstance(store, { clock, timers, deadlineMs: 250, ...options });
  const loseClock = () => {
    clock.time = undefined;
  };
  async function endOf(...commands: readonly Promise<Outcome>[]): Promise<readonly string[]> {
    const outcomes = Promise.all(commands);
    let isEnded = false;
    const ended = () => {
      isEnded = true;
    };
    void outcomes.then(ended, ended);
    await world.run(() => isEnded);
    return (await outcomes).map(brief);
  }
  return { store, submit, outrun, other: createInstance(store, { timers }), loseClock, endOf };
}

describe('a command whose append comes too late', () => {
  it('is said to have decided nothing, where others’ events are at its revision', async () => {
    const { store, submit, outrun, other, loseClock, endOf } = await instanceThatDecidesOnce();
    store.interceptNext(async (write) => {
      loseClock();
      await other.submit(deposit('other', '1.00'));
      return write();
    });
    const commands = [submit(deposit('d1', '1.00')), submit(deposit('d2', '1.00'))];
    expect(await endOf(...commands)).to.deep.equal(['overloaded', 'overloaded']);
    expect(outrun).to.deep.equal([2]);
  });

  it('has recorded nothing either when an attempt arrives that was on its way all the time', async () => {
    const { store, submit, other, loseClock, endOf } = await instanceThatDecidesOnce();
    let arrive = (): Appended => ({ revision: 0 });
    store.interceptNext(
      async (write) => {
        arrive = write;
        loseClock();
        await other.submit(deposit('other', '1.00'));
        throw new OutcomeUnknownError('no answer in time');
      },
      (write) => write(),
    );
    expect(await endOf(submit(deposit('d', '1.00')))).to.deep.equal(['overloaded']);
    expect(arrive).to.throw(WrongRevisionError);
    expect(eventsOf(store)).to.have.length(2);
  });

  it('is not known to have decided nothing, where its event is in the stream', async () => {
    const { store, submit, loseClock, endOf } = await instanceThatDecidesOnce();
    store.interceptNext((write) => {
      loseClock();
      const { revision } = write();
      throw new WrongRevisionError(`not at ${revision - 1} any more`);
    });
    expect(await endOf(submit(deposit('d', '1.00')))).to.deep.equal(['outcome-unknown']);
    expect(eventsOf(store)).to.have.length(2);
  });

  it('is not known to have decided nothing, once it was sent again', async () => {
    const { store, submit, other, endOf } = await instanceThatDecidesOnce();
    store.interceptNext(async (write) => {
      await other.submit(deposit('other', '1.00'));
      store.interceptAll = () => {
        throw new OutcomeUnknownError('no answer in time');
      };
      return write();
    });
    expect(await endOf(submit(deposit('d', '1.00')))).to.deep.equal(['outcome-unknown']);
  });

  it('is not known to have, where the stream was only found to end earlier than it was sent at', async () => {
    const { store, submit, loseClock, endOf } = await instanceThatDecidesOnce({ cacheBytes: 1 });
    await endOf(submit(deposit('a', '1.00')), submit(deposit('b', '1.00')), submit(deposit('c', '1.00')));
    let isCut = false;
    store.interceptAll = (write, { expected }) => {
      if (expected === 3) {
        isCut = true;
        throw new OutcomeUnknownError('no answer in time');
      }
      loseClock();
      return write();
    };
    const { readForwards } = store;
    store.readForwards = async function* (stream, fromRevision, limit) {
      const mostHere = isCut && fromRevision === 0 ? 2 : Number.POSITIVE_INFINITY;
      if (fromRevision === 0) isCut = false;
      let count = 0;
      for await (const event of readForwards(stream, fromRevision, limit)) {
        count += 1;
        if (count > mostHere) return;
        yield event;
      }
    };
    expect(await endOf(submit(deposit('d', '1.00')))).to.deep.equal(['outcome-unknown']);
  });
});
