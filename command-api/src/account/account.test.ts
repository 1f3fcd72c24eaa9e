import { expect } from 'chai';
import { evolve } from './account.ts';
import { now, opened } from './decide.fixture.ts';

describe('evolving an account', () => {
  const account = evolve(undefined, opened(), now);
  const content = {
    accountId: 'alice',
    transactionId: 't',
    amount: 100n,
    currency: 'EUR',
    effectiveAt: now - 5,
    description: '',
    metadata: {},
  };
  it('begins with the opening', () => {
    expect(account).to.deep.include({ revision: 0, balance: 0n, latestEffectiveAt: null, recordedAt: now });
    expect(() => evolve(account, opened(), now)).to.throw('opened twice');
    expect(() => evolve(undefined, { ...content, type: 'Deposited', balance: 100n }, now)).to.throw('opening');
  });
  it('moves the latest date with movements, not with refusals, and never back', () => {
    const moved = evolve(account, { ...content, type: 'Deposited', balance: 100n }, now + 1);
    expect(moved).to.deep.include({ balance: 100n, latestEffectiveAt: now - 5, recordedAt: now + 1, revision: 1 });
    const refusal = { reason: 'insufficient-funds', shortfall: 1n, firstNegativeAt: null, balance: 100n } as const;
    const after = evolve(moved, { ...content, ...refusal, type: 'WithdrawalRefused', effectiveAt: now }, now + 2);
    expect(after).to.deep.include({ balance: 100n, latestEffectiveAt: now - 5, revision: 2 });
    const back = evolve(after, { ...content, type: 'Withdrawn', balance: 0n, effectiveAt: 0 }, now + 3);
    expect(back).to.deep.include({ balance: 0n, latestEffectiveAt: now - 5, revision: 3 });
  });
  it('does not believe a balance that the event does not lead to', () => {
    expect(() => evolve(account, { ...content, type: 'Deposited', balance: 101n }, now)).to.throw('another balance');
  });
});
