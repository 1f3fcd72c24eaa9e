import { expect } from 'chai';
import { at, deposit, withdrawal } from '../account/decide.fixture.ts';
import { brief, checkPromises, createInstance, eventsOf, openedAccount } from './instance.fixture.ts';
import {
  type Interception,
  lostAfterWriting,
  lostBeforeWriting,
  type SimulatedStore,
} from './simulated-store.fixture.ts';

const all = async (outcomes: ReturnType<ReturnType<typeof createInstance>['submit']>[]) =>
  (await Promise.all(outcomes)).map(brief);

/** Written, and then the store is away: nobody can look whether it was. */
const lostForGood =
  (store: SimulatedStore): Interception =>
  (write, attempt) => {
    store.unavailable = true;
    return lostAfterWriting(write, attempt);
  };

describe('group commit', () => {
  it('appends all that wait for an account at once', async () => {
    const { store, submit, appended } = await openedAccount();
    const outcomes = await all([
      submit(deposit('d1', '10.00')),
      submit(withdrawal('w1', '7.00')),
      submit(withdrawal('w2', '7.00')),
      submit(deposit('d2', '1.00')),
    ]);
    expect(outcomes).to.deep.equal(['Deposited', 'Withdrawn', 'WithdrawalRefused', 'Deposited']);
    expect(appended).to.deep.equal([4]);
    expect(eventsOf(store).map(({ type }) => type)).to.deep.equal(['AccountOpened', ...outcomes]);
    checkPromises(store);
  });

  it('appends at most 100 events, in the order submitted', async () => {
    const { store, submit, appended } = await openedAccount();
    const ids = Array.from({ length: 250 }, (_, i) => `t${i}`);
    await all(ids.map((id) => submit(deposit(id, '1.00'))));
    expect(appended).to.deep.equal([100, 100, 50]);
    expect(
      eventsOf(store).flatMap((event) => (event.type === 'AccountOpened' ? [] : event.transactionId)),
    ).to.deep.equal(ids);
  });

  it('appends at most 512 kB, however many bytes a character has', async () => {
    const { store, submit, appended } = await openedAccount();
    const metadata = { note: '€'.repeat(5_000) };
    await all(Array.from({ length: 100 }, (_, i) => submit(deposit(`t${i}`, '1.00', { metadata }))));
    expect(appended.reduce((a, b) => a + b)).to.equal(100);
    for (const { events } of store.attempts) {
      expect(Buffer.byteLength(JSON.stringify(events.map(({ data }) => data)))).to.be.at.most(512 * 1024);
    }
    expect(appended.length).to.equal(4);
  });

  it('decides each against what the ones before it lead to, on past dates too', async () => {
    const { store, submit } = await openedAccount();
    const outcomes = await all([
      submit(deposit('d1', '10.00', { effectiveAt: '2026-01-01' })),
      submit(deposit('d2', '90.00', { effectiveAt: '2026-03-01' })),
      submit(withdrawal('w1', '8.00', { effectiveAt: '2026-02-01' })),
      submit(withdrawal('w2', '8.00', { effectiveAt: '2026-02-01' })),
    ]);
    expect(outcomes).to.deep.equal(['Deposited', 'Deposited', 'Withdrawn', 'WithdrawalRefused']);
    expect(eventsOf(store).at(-1)).to.deep.include({
      reason: 'insufficient-funds-at-date',
      firstNegativeAt: at('2026-02-01'),
    });
    checkPromises(store);
  });

  it('keeps the timeline of what was appended, not of what was only drafted', async () => {
    const { store, submit } = await openedAccount();
    await submit(deposit('d1', '10.00', { effectiveAt: '2026-01-01' }));
    await submit(deposit('d2', '90.00', { effectiveAt: '2026-03-01' }));
    const early = (id: string, amount: string) => withdrawal(id, amount, { effectiveAt: '2026-02-01' });
    expect(brief(await submit(early('w1', '1.00')))).to.equal('Withdrawn');
    store.interceptNext(async (write) => {
      await createInstance(store).submit(deposit('x', '1.00'));
      return write();
    });
    expect(brief(await submit(early('w2', '9.00')))).to.equal('Withdrawn');
    expect(brief(await submit(early('w3', '0.01')))).to.equal('WithdrawalRefused');
    checkPromises(store);
  });
});

describe('replay', () => {
  it('answers the second of two in one group with the first one’s outcome', async () => {
    const { store, submit, appended } = await openedAccount();
    const outcomes = await all([submit(deposit('d1', '10.00')), submit(deposit('d1', '10.0'))]);
    expect(outcomes).to.deep.equal(['Deposited', 'replayed Deposited']);
    expect(appended).to.deep.equal([1]);
    checkPromises(store);
  });

  it('answers from the stream, refusals too, without an append', async () => {
    const { store, submit, appended } = await openedAccount();
    const first = await submit(withdrawal('w1', '10.00'));
    await submit(deposit('d1', '100.00'));
    const again = await submit(withdrawal('w1', '10.00'));
    expect(again).to.deep.equal({ ...first, replayed: true });
    expect(appended).to.deep.equal([1, 1]);
    const restarted = createInstance(store);
    expect(await restarted.submit(withdrawal('w1', '10.00'))).to.deep.equal(again);
  });

  it('does not wait for the append of the others in its group', async () => {
    const { store, submit } = await openedAccount({ deadlineMs: 400 });
    await submit(deposit('d1', '10.00'));
    store.interceptAll = lostBeforeWriting;
    const outcomes = await all([submit(deposit('d2', '1.00')), submit(deposit('d1', '10.00'))]);
    expect(outcomes).to.deep.equal(['outcome-unknown', 'replayed Deposited']);
  });

  it('names what differs in one that is not the same', async () => {
    const { submit } = await openedAccount();
    const [, other] = await Promise.all([submit(deposit('d1', '10.00')), submit(withdrawal('d1', '11.00'))]);
    const differs = ['type', 'amount'];
    expect(other).to.deep.equal({ kind: 'rejected', rejection: { rule: 'transaction-id-reused', differs } });
  });
});

describe('an append without an answer', () => {
  it('is sent again with the same events; one that had landed is not written twice', async () => {
    const { store, submit } = await openedAccount();
    store.interceptNext(lostAfterWriting, lostBeforeWriting);
    expect(brief(await submit(deposit('d1', '10.00')))).to.equal('Deposited');
    const [first, second, third] = store.attempts.slice(1);
    expect(second).to.deep.equal(first);
    expect(third).to.deep.equal(first);
    expect(eventsOf(store)).to.have.length(2);
  });

  it('is found where it landed before somebody else came in between: its own outcome, not a replay', async () => {
    const { store, submit } = await openedAccount();
    const other = createInstance(store);
    store.interceptNext(async (write) => {
      write();
      await other.submit(deposit('x', '1.00'));
      return { revision: 77 };
    });
    expect(brief(await submit(deposit('d1', '10.00')))).to.equal('Deposited');
    expect(eventsOf(store)).to.have.length(3);
    checkPromises(store);
  });

  it('is not believed where it is answered with another revision than its own', async () => {
    const { store, submit } = await openedAccount();
    store.interceptNext(() => ({ revision: 77 }));
    expect(brief(await submit(deposit('d1', '10.00')))).to.equal('Deposited');
    expect(eventsOf(store)).to.have.length(2);
  });

  it('gives its own outcome to the one that was sent, a replay to its double', async () => {
    const { store, submit } = await openedAccount();
    store.interceptNext((write) => {
      write();
      return { revision: 77 };
    });
    const outcomes = await all([submit(deposit('d1', '10.00')), submit(deposit('d1', '10.00'))]);
    expect(outcomes).to.deep.equal(['Deposited', 'replayed Deposited']);
  });

  it('is unknown to all that asked for the same', async () => {
    const { store, submit } = await openedAccount({ deadlineMs: 400 });
    store.interceptAll = lostForGood(store);
    const outcomes = await all([submit(deposit('d1', '10.00')), submit(deposit('d1', '10.00'))]);
    expect(outcomes).to.deep.equal(['outcome-unknown', 'outcome-unknown']);
  });

  it('is unknown when the deadline has passed; the retry then tells', async () => {
    const { store, submit } = await openedAccount({ deadlineMs: 400 });
    await submit(deposit('d0', '1.00'));
    store.interceptAll = lostForGood(store);
    expect(brief(await submit(deposit('d1', '10.00')))).to.equal('outcome-unknown');
    store.interceptAll = undefined;
    store.unavailable = false;
    expect(brief(await createInstance(store).submit(deposit('d1', '10.00')))).to.equal('replayed Deposited');
    checkPromises(store);
  });

  it('that lands after the deadline, when others were decided, can’t take effect any more', async () => {
    const { store, submit } = await openedAccount({ deadlineMs: 400 });
    await submit(deposit('d0', '10.00'));
    const late: (() => unknown)[] = [];
    store.interceptAll = (write, attempt) => {
      late.push(write);
      return lostBeforeWriting(write, attempt);
    };
    expect(brief(await submit(withdrawal('w1', '10.00')))).to.equal('outcome-unknown');
    store.interceptAll = undefined;
    expect(brief(await createInstance(store).submit(withdrawal('w2', '10.00')))).to.equal('Withdrawn');
    for (const write of late) expect(write).to.throw('is at');
    expect(late.length).to.be.greaterThan(0);
    checkPromises(store);
  });

  it('leaves the later commands of the same request not attempted', async () => {
    const { store, submit } = await openedAccount({ deadlineMs: 400 });
    const sequence = { broken: false };
    let lose = () => {};
    const lost = new Promise<void>((resolve) => {
      lose = resolve;
    });
    const reached = new Promise<void>((resolve) => {
      store.interceptAll = async (write, attempt) => {
        resolve();
        await lost;
        return lostBeforeWriting(write, attempt);
      };
    });
    const first = submit(withdrawal('w1', '10.00'), sequence);
    await reached;
    const later = submit(deposit('d1', '10.00'), sequence);
    lose();
    expect(brief(await first)).to.equal('outcome-unknown');
    store.interceptAll = undefined;
    expect(brief(await later)).to.equal('not-attempted');
    expect(brief(await submit(deposit('d2', '1.00'), sequence))).to.equal('not-attempted');
    expect(brief(await createInstance(store).submit(deposit('d2', '1.00')))).to.equal('Deposited');
  });
});

describe('a deadline', () => {
  it('is each command’s own: one that came later is not given up with the first of its group', async () => {
    const { store, submit } = await openedAccount({ deadlineMs: 2_000 });
    const first = submit(deposit('d1', '1.00'));
    store.interceptAll = lostBeforeWriting;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const second = submit(deposit('d2', '1.00'));
    expect(brief(await first)).to.equal('outcome-unknown');
    store.interceptAll = undefined;
    expect(brief(await second)).to.equal('Deposited');
    checkPromises(store);
  });

  it('holds also while the store answers nothing at all', async () => {
    const { store, submit, open } = await openedAccount({ deadlineMs: 100 });
    await submit(deposit('d0', '1.00'));
    store.beforeCall = () => new Promise(() => {});
    expect(brief(await submit(deposit('d1', '1.00')))).to.equal('outcome-unknown');
    expect(brief(await submit(deposit('d2', '1.00')))).to.equal('overloaded');
    expect(await open('bob')).to.deep.equal({ kind: 'unsettled', reason: 'service-unavailable' });
  });
});
