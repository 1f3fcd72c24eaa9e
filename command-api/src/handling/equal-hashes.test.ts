import { expect } from 'chai';
import { failure } from '../../../deploy/test/failure.fixture.ts';
import { deposit, now, withdrawal } from '../account/decide.fixture.ts';
import { loadAccount } from './account-reader.ts';
import { decideGroup, defaultAppendLimits } from './decide-group.ts';
import { hashOfId, type IdHash } from './id-hash.ts';
import { brief, causation, checkPromises, eventsOf, openedAccount } from './instance.fixture.ts';
import { pageContext } from './pages/page-context.fixture.ts';
import { createWaiting } from './submission.ts';
import { TransactionIndex } from './transaction-index.ts';

/** An index to which all ids have one hash. */
class ForgedIndex extends TransactionIndex {
  override candidatesOf(_hash: IdHash): readonly number[] {
    return super.candidatesOf({ high: 1, low: 2 });
  }

  override add(_hash: IdHash, revision: number): void {
    super.add({ high: 1, low: 2 }, revision);
  }
}

async function forgedAccount() {
  const instance = await openedAccount();
  const known = await loadAccount(instance.store, 'alice', pageContext());
  if (!known) throw new Error('the account was opened');
  instance.cache.keep({ ...known, index: new ForgedIndex() });
  return instance;
}

describe('transaction ids of one hash', () => {
  it('are told apart: another one is decided as new, and each is found again as a replay', async () => {
    const { store, submit } = await forgedAccount();
    const commands = [deposit('t-1', '10.00'), withdrawal('t-2', '20.00'), withdrawal('t-3', '4.00')];
    const outcomes: string[] = [];
    for (const command of [...commands, ...commands]) outcomes.push(brief(await submit(command)));
    expect(outcomes.slice(0, 3)).to.deep.equal(['Deposited', 'WithdrawalRefused', 'Withdrawn']);
    expect(outcomes.slice(3)).to.deep.equal(outcomes.slice(0, 3).map((outcome) => `replayed ${outcome}`));
    expect(brief(await submit(deposit('t-2', '1.00')))).to.equal('transaction-id-reused');
    expect(eventsOf(store)).to.have.length(4);
    checkPromises(store);
  });

  it('are told apart within a group too', async () => {
    const { store, submit } = await forgedAccount();
    await submit(deposit('t-1', '10.00'));
    const ids = ['t-2', 't-1', 't-3', 't-2'];
    const outcomes = await Promise.all(ids.map((id) => submit(deposit(id, '10.00'))));
    expect(outcomes.map(brief)).to.deep.equal(['Deposited', 'replayed Deposited', 'Deposited', 'replayed Deposited']);
    checkPromises(store);
  });

  it('are never decided without the event that may be one’s own', async () => {
    const { store, submit } = await openedAccount();
    await submit(deposit('t-1', '10.00'));
    const known = await loadAccount(store, 'alice', pageContext());
    expect(known?.index.candidatesOf(hashOfId('t-1'))).to.deep.equal([1]);
    const submission = { command: deposit('t-1', '10.00'), causation };
    const ends = { isPreview: false, sizeBytes: 10, deadline: 1_000 };
    const waiting = createWaiting(submission, ends, fail, fail);
    const decided = (async () => decideGroup(known, new Map(), [waiting], now, defaultAppendLimits))();
    expect(await failure(decided)).to.match(/event 1 of account alice was not read/);
  });
});

function fail(): never {
  throw new Error('it was settled');
}
