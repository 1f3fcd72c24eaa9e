import { type Appended, OutcomeUnknownError, WrongRevisionError } from '@ledger/shared/event-store/event-store';
import { expect } from 'chai';
import { deposit } from '../account/decide.fixture.ts';
import { brief, createInstance, eventsOf, openedAccount, setClock } from './instance.fixture.ts';

/** An instance whose clock is lost with its first append: nothing more can be decided before the deadline. */
async function instanceThatDecidesOnce() {
  const clock = setClock();
  const { store, submit, outrun } = await openedAccount({ clock, deadlineMs: 250 });
  const loseClock = () => {
    clock.time = undefined;
  };
  return { store, submit, outrun, other: createInstance(store), loseClock };
}

describe('a command whose append comes too late', () => {
  it('is said to have decided nothing, where others’ events are at its revision', async () => {
    const { store, submit, outrun, other, loseClock } = await instanceThatDecidesOnce();
    store.interceptNext(async (write) => {
      loseClock();
      await other.submit(deposit('other', '1.00'));
      return write();
    });
    const commands = [submit(deposit('d1', '1.00')), submit(deposit('d2', '1.00'))];
    expect((await Promise.all(commands)).map(brief)).to.deep.equal(['overloaded', 'overloaded']);
    expect(outrun).to.deep.equal([2]);
  });

  it('has recorded nothing either when an attempt arrives that was on its way all the time', async () => {
    const { store, submit, other, loseClock } = await instanceThatDecidesOnce();
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
    expect(brief(await submit(deposit('d', '1.00')))).to.equal('overloaded');
    expect(arrive).to.throw(WrongRevisionError);
    expect(eventsOf(store)).to.have.length(2);
  });

  it('is not known to have decided nothing, where its event is in the stream', async () => {
    const { store, submit, loseClock } = await instanceThatDecidesOnce();
    store.interceptNext((write) => {
      loseClock();
      const { revision } = write();
      throw new WrongRevisionError(`not at ${revision - 1} any more`);
    });
    expect(brief(await submit(deposit('d', '1.00')))).to.equal('outcome-unknown');
    expect(eventsOf(store)).to.have.length(2);
  });

  it('is not known to have decided nothing, once it was sent again', async () => {
    const { store, submit, other } = await instanceThatDecidesOnce();
    store.interceptNext(async (write) => {
      await other.submit(deposit('other', '1.00'));
      store.interceptAll = () => {
        throw new OutcomeUnknownError('no answer in time');
      };
      return write();
    });
    expect(brief(await submit(deposit('d', '1.00')))).to.equal('outcome-unknown');
  });
});
