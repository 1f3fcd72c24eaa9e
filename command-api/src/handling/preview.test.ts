import { expect } from 'chai';
import { deposit, withdrawal } from '../account/decide.fixture.ts';
import { brief, causation, createInstance, eventsOf, openedAccount } from './instance.fixture.ts';
import { createSimulatedStore } from './simulated-store.fixture.ts';

describe('a preview', () => {
  it('tells what would be recorded, and records nothing', async () => {
    const { store, queues, submit, outcomes } = await openedAccount();
    await submit(deposit('d1', '10.00'));
    const appends = store.attempts.length;
    const accepted = await queues.preview({ command: withdrawal('w1', '4.00'), causation });
    expect(accepted).to.deep.include({ kind: 'previewed' }).and.have.nested.include({ 'event.balance': 600n });
    const refused = await queues.preview({ command: withdrawal('w1', '11.00'), causation });
    expect(refused).to.have.nested.include({ 'event.type': 'WithdrawalRefused', 'event.shortfall': 100n });
    expect(store.attempts.length).to.equal(appends);
    expect(outcomes.map(brief)).to.deep.equal(['Deposited']);
    expect(brief(await submit(withdrawal('w1', '10.00')))).to.equal('Withdrawn');
  });

  it('tells what is recorded already, and what would be rejected', async () => {
    const { store, queues, submit, outcomes } = await openedAccount();
    await submit(deposit('d1', '10.00'));
    const preview = async (command: Parameters<typeof submit>[0]) => {
      const outcome = await queues.preview({ command, causation });
      return outcome.kind === 'previewed' ? outcome.kind : brief(outcome);
    };
    expect(await preview(deposit('d1', '10.00'))).to.equal('replayed Deposited');
    expect(await preview(deposit('d1', '11.00'))).to.equal('transaction-id-reused');
    expect(await preview(deposit('d2', '1.00', { accountId: 'nobody' }))).to.equal('account-not-found');
    expect(eventsOf(store).length).to.equal(2);
    expect(outcomes.map(brief), 'what is counted').to.deep.equal(['Deposited']);
  });

  it('is decided in its turn: on what came before it, and not before that is recorded', async () => {
    const { store, queues, submit, appended } = await openedAccount();
    const before = submit(deposit('d1', '10.00'));
    const preview = queues.preview({ command: withdrawal('w1', '10.00'), causation });
    const after = submit(withdrawal('w2', '10.00'));
    expect(await preview).to.have.nested.include({ 'event.type': 'Withdrawn' });
    expect(eventsOf(store).length).to.be.greaterThan(1);
    expect([brief(await before), brief(await after)]).to.deep.equal(['Deposited', 'Withdrawn']);
    expect(appended).to.deep.equal([2]);
  });

  it('is of the stream’s end, whatever this instance knew', async () => {
    const { store, queues, submit } = await openedAccount();
    await submit(deposit('d1', '10.00'));
    await createInstance(store).submit(withdrawal('w1', '10.00'));
    const preview = await queues.preview({ command: withdrawal('w2', '1.00'), causation });
    expect(preview).to.have.nested.include({ 'event.type': 'WithdrawalRefused' });
    const taken = await queues.preview({ command: withdrawal('w1', '1.00'), causation });
    expect(taken.kind !== 'previewed' && brief(taken)).to.equal('transaction-id-reused');
  });

  it('ends without an outcome at its deadline', async () => {
    const store = createSimulatedStore();
    store.unavailable = true;
    const { queues } = createInstance(store, { deadlineMs: 60_000 });
    const deadline = performance.now() + 50;
    const outcome = await queues.preview({ command: deposit('d1', '1.00'), causation, deadline });
    expect(outcome).to.deep.equal({ kind: 'unsettled', reason: 'service-unavailable' });
  });
});
