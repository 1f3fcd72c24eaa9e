import type { EventStore } from '@ledger/shared/event-store/event-store';
import { formatMinor } from '@ledger/shared/money';
import { expect } from 'chai';
import type { Reply } from '../../end-to-end/http.fixture.ts';
import type { OlderFrontend, OlderTransaction, UserId } from '../../end-to-end/older-frontends.fixture.ts';
import { type History, readHistory } from '../commands-under-fire/history.ts';

/** A transaction that a user sends, through this frontend. */
export interface Sending {
  readonly transaction: OlderTransaction & { readonly user: UserId };
  readonly frontend: OlderFrontend;
}

/**
 * That each uid is in the one account whose user was told so, once and as answered, that nothing else is there, and that
 * balances and look-ups agree with it.
 * @param startMinor what each user has paid in before, by one transaction
 * @throws AssertionError
 */
export async function checkAccounts({
  store,
  users,
  startMinor,
  sendings,
  replies,
}: {
  readonly store: EventStore;
  readonly users: readonly UserId[];
  readonly startMinor: bigint;
  readonly sendings: readonly Sending[];
  readonly replies: readonly Reply[];
}): Promise<{ accepted: number; refused: number }> {
  const histories = await historiesOf(store, users);
  const balances = new Map(users.map((user) => [user, startMinor]));
  const held = new Set<string>();
  let refused = 0;
  for (const [at, { status, body }] of replies.entries()) {
    const { transaction, frontend } = sendings[at] as Sending;
    const { uid, user, type, amount } = transaction;
    const event = histories[users.indexOf(user)]?.byId.get(uid)?.event;
    if (body['type'] === '/problems/transaction-id-reused') {
      expect(event, `${uid} of ${user}, who was told that it is another's`).to.equal(undefined);
      continue;
    }
    expect(held.has(uid), `${uid} is of two users`).to.equal(false);
    held.add(uid);
    const recorded = type === 'DEPOSIT' ? 'Deposited' : 'Withdrawn';
    expect(event?.type, `${uid} of ${user}, answered ${status}`).to.equal(
      status === 200 ? recorded : 'WithdrawalRefused',
    );
    if (status !== 200) refused += 1;
    else {
      const minor = BigInt(String(amount)) * 100n;
      balances.set(user, (balances.get(user) ?? 0n) + (type === 'DEPOSIT' ? minor : -minor));
      expect((await frontend.lookUp(uid)).body, uid).to.include({ uid, user_id: user });
    }
  }
  expect(held, 'uids with an outcome').to.deep.equal(new Set(sendings.map(({ transaction }) => transaction.uid)));
  for (const { transaction, frontend } of sendings) {
    const minor = balances.get(transaction.user) ?? 0n;
    expect((await frontend.balance(transaction.user)).body).to.deep.equal({ balance: formatMinor(minor, 2) });
  }
  const recordedCount = histories.reduce((count, { transactions }) => count + transactions.length, 0);
  expect(recordedCount, 'transactions in all accounts').to.equal(held.size + users.length);
  return { accepted: held.size - refused, refused };
}

export const historiesOf = (store: EventStore, users: readonly UserId[]): Promise<History[]> =>
  Promise.all(users.map((user) => readHistory(store, String(user))));
