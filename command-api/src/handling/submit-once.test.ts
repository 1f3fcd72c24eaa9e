import type { EventStore } from '@ledger/shared/event-store/event-store';
import { uidStream } from '@ledger/shared/events/streams';
import { readReservation } from '@ledger/shared/events/uid-reservation';
import { expect } from 'chai';
import { failure } from '../../../deploy/test/failure.fixture.ts';
import type { TransactionCommand } from '../account/commands.ts';
import { deposit, now, withdrawal } from '../account/decide.fixture.ts';
import { brief, causation, checkPromises, createInstance, eventsOf, setClock } from './instance.fixture.ts';
import { reserveUid } from './reserve-uid.ts';
import { createSimulatedStore, foreignEvent, lostAfterWriting, lostBeforeWriting } from './simulated-store.fixture.ts';
import { createUniqueSubmitter, type UniqueOutcome } from './submit-once.ts';
import { machineTimers as timers } from './timers.ts';

/** One command-api on a store, as the older APIs use it. */
function instanceOn(store: EventStore, { deadlineMs = 5_000, mostUnderWay = 100, clock = setClock() } = {}) {
  const instance = createInstance(store, { clock, deadlineMs });
  const ended: UniqueOutcome[] = [];
  const onOutcome = (outcome: UniqueOutcome) => void ended.push(outcome);
  const submitter = createUniqueSubmitter(
    { store, timers, queues: instance.queues, deadlineMs, onOutcome },
    mostUnderWay,
  );
  return { ...instance, ended, submitOnce: (command: TransactionCommand) => submitter(command, causation) };
}

async function ledger(options?: Parameters<typeof instanceOn>[1]) {
  const store = createSimulatedStore();
  const instance = instanceOn(store, options);
  for (const accountId of ['alice', 'bob']) await instance.open(accountId);
  return { store, ...instance };
}

function tell(outcome: UniqueOutcome): string {
  if (outcome.kind === 'uid-reused') return `reused: ${outcome.differs.join(', ')}`;
  return outcome.kind === 'amount-too-large' ? outcome.kind : brief(outcome);
}

const isReserved = async (store: EventStore, uid: string) => (await readReservation(store, uid)) !== undefined;

describe('a transaction id that is unique in the whole service', () => {
  it('is reserved with its content before it is recorded, and again for nobody', async () => {
    const { store, submitOnce } = await ledger();
    expect(tell(await submitOnce(deposit('u', '10.0', { effectiveAt: '2026-01-01' })))).to.equal('Deposited');
    const [reserved, recorded] = store.attempts.slice(-2);
    expect([reserved?.stream, recorded?.stream]).to.deep.equal(['uid-u', 'account-alice']);
    expect(reserved?.expected).to.equal('no_stream');
    expect(reserved?.events[0]?.data).to.deep.equal({
      uid: 'u',
      accountId: 'alice',
      type: 'deposit',
      amount: '10',
      effectiveAt: '2026-01-01T00:00:00.000Z',
    });
    expect(tell(await submitOnce(deposit('u', '10.00', { effectiveAt: '2026-01-01' })))).to.equal('replayed Deposited');
    expect(store.events(uidStream('u')).length).to.equal(1);
  });

  for (const [differs, other] of [
    ['accountId', deposit('u', '10.00', { accountId: 'bob' })],
    ['accountId, type, amount, effectiveAt', withdrawal('u', '1', { accountId: 'bob', effectiveAt: '2026-01-01' })],
  ] as const) {
    it(`is reused where another ${differs} comes under it`, async () => {
      const { store, submitOnce, ended } = await ledger();
      await submitOnce(deposit('u', '10.00'));
      expect(tell(await submitOnce(other))).to.equal(`reused: ${differs}`);
      expect(ended.map(tell)).to.deep.equal([`reused: ${differs}`]);
      expect(eventsOf(store, 'bob').length).to.equal(1);
    });
  }

  it('is reused within its account as well, whoever recorded it there', async () => {
    const { store, submit, submitOnce } = await ledger();
    await submit(deposit('u', '10.00'));
    expect(tell(await submitOnce(deposit('u', '11.00')))).to.equal('transaction-id-reused');
    expect(await isReserved(store, 'u')).to.equal(false);
    expect(tell(await submitOnce(deposit('u', '10.00')))).to.equal('replayed Deposited');
    expect(await isReserved(store, 'u')).to.equal(true);
  });

  it('is not reserved by what does not use it up', async () => {
    const { store, submitOnce, ended } = await ledger();
    const most = '9999999999999999.99';
    await submitOnce(deposit('full', most));
    const endings = [
      [deposit('u', '1.00', { accountId: 'nobody' }), 'account-not-found'],
      [deposit('u', '1.001'), 'too-many-decimals'],
      [deposit('u', '0.01'), 'balance-limit-exceeded'],
      [deposit('u', '10000000000000000'), 'amount-too-large'],
      [withdrawal('u', '10000000000000000'), 'amount-too-large'],
      [deposit('u', '1.00', { effectiveAt: new Date(now + 360_000).toISOString() }), 'effective-date-in-future'],
    ] as const;
    for (const [command, ending] of endings) expect(tell(await submitOnce(command))).to.equal(ending);
    expect(ended.map(tell)).to.deep.equal(endings.map(([, ending]) => ending));
    expect(await isReserved(store, 'u')).to.equal(false);
    expect(tell(await submitOnce(withdrawal('u', most)))).to.equal('Withdrawn');
  });

  it('is used up by a refusal', async () => {
    const { store, submitOnce } = await ledger();
    expect(tell(await submitOnce(withdrawal('u', '1.00')))).to.equal('WithdrawalRefused');
    expect(await isReserved(store, 'u')).to.equal(true);
    expect(tell(await submitOnce(deposit('u', '1.00', { accountId: 'bob' })))).to.equal('reused: accountId, type');
    expect(tell(await submitOnce(withdrawal('u', '1.00')))).to.equal('replayed WithdrawalRefused');
  });

  it('takes effect once, of many that come at once from two instances, for two accounts', async () => {
    const { store, submitOnce } = await ledger();
    const other = instanceOn(store);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, at) => {
        const command = deposit('u', '1.00', { accountId: at % 2 === 0 ? 'alice' : 'bob' });
        return (at % 4 < 2 ? submitOnce : other.submitOnce)(command);
      }),
    );
    const told = outcomes.map(tell);
    expect(told.filter((ending) => ending === 'Deposited').length).to.equal(1);
    expect(told.filter((ending) => ending === 'reused: accountId').length).to.equal(10);
    expect(told.filter((ending) => ending === 'replayed Deposited').length).to.equal(9);
    expect(eventsOf(store).length + eventsOf(store, 'bob').length).to.equal(3);
    checkPromises(store);
  });

  it('goes on where a crash left it: reserved, and not recorded', async () => {
    const { store, submitOnce } = await ledger({ deadlineMs: 300 });
    store.interceptNext((write) => write(), lostBeforeWriting);
    store.interceptAll = lostBeforeWriting;
    expect(tell(await submitOnce(deposit('u', '1.00')))).to.equal('outcome-unknown');
    expect(await isReserved(store, 'u')).to.equal(true);
    expect(eventsOf(store).length).to.equal(1);
    store.interceptAll = undefined;
    const restarted = instanceOn(store);
    expect(tell(await restarted.submitOnce(deposit('u', '1.00', { accountId: 'bob' })))).to.equal('reused: accountId');
    expect(tell(await restarted.submitOnce(deposit('u', '1.00')))).to.equal('Deposited');
  });

  it('is its own where the answer to its reservation was lost, or never left', async () => {
    const { store, submitOnce } = await ledger();
    for (const [uid, interception] of [
      ['u', lostAfterWriting],
      ['v', lostBeforeWriting],
    ] as const) {
      store.interceptNext(interception);
      expect(tell(await submitOnce(deposit(uid, '1.00')))).to.equal('Deposited');
      expect(store.events(uidStream(uid)).length).to.equal(1);
    }
  });

  it('is not taken to be reserved where the store says that it was written anywhere but first', async () => {
    const { store, submitOnce } = await ledger();
    store.write(uidStream('u'), [foreignEvent({ type: 'Other', data: {}, metadata: {} })], 'no_stream');
    store.interceptNext(async () => ({ revision: 1, position: 9n }));
    expect(await failure(submitOnce(deposit('u', '1.00')))).to.match(/uid-u does not begin with the reservation/);
    expect(eventsOf(store).length).to.equal(1);
  });

  it('ends in time where the store does not answer to the reservation, and decides nothing', async () => {
    const { store, submitOnce, ended } = await ledger({ deadlineMs: 300 });
    store.interceptAll = () => new Promise(() => {});
    expect(tell(await submitOnce(deposit('u', '1.00')))).to.equal('service-unavailable');
    store.interceptAll = lostBeforeWriting;
    expect(tell(await submitOnce(deposit('u', '1.00')))).to.equal('service-unavailable');
    expect(ended.map(tell)).to.deep.equal(['service-unavailable', 'service-unavailable']);
    expect(eventsOf(store).length).to.equal(1);
  });

  it('has one deadline for all of its steps', async () => {
    const { store, queues } = await ledger();
    const deadlines: (number | undefined)[] = [];
    const noting: typeof queues = {
      ...queues,
      preview(submission) {
        deadlines.push(submission.deadline);
        return queues.preview(submission);
      },
      submit(submission) {
        deadlines.push(submission.deadline);
        return queues.submit(submission);
      },
    };
    const submitter = createUniqueSubmitter({ store, timers, queues: noting, deadlineMs: 5_000, onOutcome: () => {} });
    expect(tell(await submitter(deposit('u', '1.00'), causation))).to.equal('Deposited');
    expect(deadlines).to.have.length(2);
    expect(deadlines[0]).to.be.a('number').that.equals(deadlines[1]);
  });

  it('is not reserved where its queue is full', async () => {
    const { store, queues } = await ledger();
    const full: typeof queues = {
      ...queues,
      preview: () => Promise.resolve({ kind: 'unsettled', reason: 'overloaded' }),
    };
    const submitter = createUniqueSubmitter({ store, timers, queues: full, deadlineMs: 5_000, onOutcome: () => {} });
    expect(tell(await submitter(deposit('u', '1.00'), causation))).to.equal('overloaded');
    expect(await isReserved(store, 'u')).to.equal(false);
  });

  it('is not sent to be reserved any more after the deadline', async () => {
    const { store } = await ledger();
    store.interceptAll = lostBeforeWriting;
    const reserving = reserveUid({ store, timers }, deposit('u', '1.00'), causation, timers.now() + 50);
    expect(await reserving).to.deep.equal({ kind: 'unsettled', reason: 'service-unavailable' });
  });

  it('fails where something else stands in its stream', async () => {
    const { store, submitOnce } = await ledger();
    store.write(uidStream('u'), [foreignEvent({ type: 'Other', data: { uid: 'u' }, metadata: {} })], 'no_stream');
    expect(await failure(submitOnce(deposit('u', '1.00')))).to.match(/uid-u does not begin with the reservation/);
    expect(eventsOf(store).length).to.equal(1);
  });

  it('is refused at once where too many are under way', async () => {
    const { store, submitOnce, ended } = await ledger({ mostUnderWay: 1 });
    const first = submitOnce(deposit('u', '1.00'));
    expect(tell(await submitOnce(deposit('v', '1.00')))).to.equal('overloaded');
    expect(ended.map(tell)).to.deep.equal(['overloaded']);
    expect(tell(await first)).to.equal('Deposited');
    expect(tell(await submitOnce(deposit('v', '1.00')))).to.equal('Deposited');
    checkPromises(store);
  });
});
