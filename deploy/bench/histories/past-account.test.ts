import { deltaOf } from '@ledger/shared/events/account-events';
import { expect } from 'chai';
import { createPastAccount, type DateOrder } from './past-account.ts';

const openedAt = Date.UTC(2025, 0, 1);
const account = (order: DateOrder, accountId = 'a') =>
  createPastAccount({ accountId, currency: 'EUR', order, openedAt });

/** An account's transactions, the one of its beginning first. */
function transactionsOf(order: DateOrder, count: number, accountId = 'a') {
  const past = account(order, accountId);
  const all = [...past.begin(), ...Array.from({ length: count }, (_, i) => past.transact(openedAt + (i + 1) * 1_000))];
  return all.flatMap(({ event, context }) => (event.type === 'AccountOpened' ? [] : [{ event, context }]));
}

const isBackdated = ({ event, context }: ReturnType<typeof transactionsOf>[number]) =>
  event.effectiveAt < context.recordedAt;

describe('a past account', () => {
  it('has its lines in order, one in ten at a random date, or all of them', () => {
    const backdated = (order: DateOrder) => transactionsOf(order, 2_000).filter(isBackdated).length;
    expect(backdated('in order')).to.equal(0);
    expect(backdated('one in ten')).to.be.within(150, 250);
    expect(backdated('all random')).to.be.within(1_990, 2_000);
  });

  it('tells the balance and the latest date after each event', () => {
    let balance = 0n;
    let latest = Number.NEGATIVE_INFINITY;
    for (const { event, context } of transactionsOf('one in ten', 500)) {
      balance += deltaOf(event);
      latest = Math.max(latest, event.effectiveAt);
      expect(event.balance).to.equal(balance);
      expect(context.account).to.include({ balance, latestEffectiveAt: latest });
      expect(event.effectiveAt).to.be.within(openedAt, context.recordedAt);
    }
  });

  it('is never overdrawn, on any date', () => {
    let withdrawals = 0;
    const isOverdrawn = Array.from({ length: 100 }, (_, i) => {
      const byDate = transactionsOf('all random', 20, `a-${i}`);
      byDate.sort((a, b) => a.event.effectiveAt - b.event.effectiveAt);
      withdrawals += byDate.filter(({ event }) => event.type === 'Withdrawn').length;
      let balance = 0n;
      const balances = byDate.map(({ event }) => {
        balance += deltaOf(event);
        return balance;
      });
      return balances.some((one) => one < 0n);
    });
    expect(withdrawals).to.be.above(200);
    expect(isOverdrawn).to.not.include(true);
  });

  it('is the same for the same id, and has transaction ids of its own', () => {
    expect(transactionsOf('all random', 50)).to.deep.equal(transactionsOf('all random', 50));
    const ids = [account('in order', 'a'), account('in order', 'b')].flatMap((past) =>
      Array.from({ length: 50 }, (_, i) => past.transact(openedAt + i).event),
    );
    expect(new Set(ids.map((event) => 'transactionId' in event && event.transactionId)).size).to.equal(100);
  });

  it('can be told to count from a random date', () => {
    const past = account('in order');
    const { event } = past.backdate(openedAt + 1_000_000);
    expect('effectiveAt' in event && event.effectiveAt).to.be.within(openedAt, openedAt + 999_999);
  });
});
