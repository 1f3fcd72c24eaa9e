import { expect } from 'chai';
import { until } from '../until.fixture.ts';
import { get, type Reply } from './http.fixture.ts';
import type { OlderFrontend, OlderTransaction, UserId } from './older-frontends.fixture.ts';

const roundsAtOnce = 5;
const withdrawals = 5;
const sendings = 20;

/** Frontends of one generation: requests of one race are spread over them. */
export type Frontends = readonly [OlderFrontend, ...OlderFrontend[]];

/** A transaction is sent until it has an outcome, as a frontend has to that hears 503. */
export function settle(frontend: OlderFrontend, transaction: OlderTransaction): Promise<Reply> {
  return until(
    `an outcome of ${transaction.uid}`,
    async () => {
      const reply = await frontend.record(transaction);
      return reply.status === 503 ? undefined : reply;
    },
    30_000,
  );
}

/**
 * Five withdrawals of 700.00 at once on a balance of 1500.00: two succeed, three are refused, 100.00 is left, and each
 * hears the same when it asks again.
 */
export function raceWithdrawals(frontends: Frontends, rounds: number): Promise<void> {
  const [one] = frontends;
  return runRounds(rounds, async (round) => {
    const user = await one.open('Withdrawals at once');
    const name = `${one.generation}-withdrawals-${round}`;
    const paidIn = await settle(one, { uid: `${name}-in`, type: 'DEPOSIT', amount: '1500', user });
    expect(paidIn.status, name).to.equal(200);
    const sendAll = () =>
      atOnce(frontends, withdrawals, (at) => ({ uid: `${name}-${at}`, type: 'WITHDRAW', amount: '700', user }));
    const replies = await sendAll();
    const { refused } = one.statuses;
    expect(statusesOf(replies).toSorted(), name).to.deep.equal([200, 200, refused, refused, refused]);
    for (const { status, body } of replies) {
      if (status === refused) expect(body, name).to.include({ type: '/problems/insufficient-funds' });
    }
    expect((await one.balance(user)).body, name).to.deep.equal({ balance: '100.00' });
    expect(outcomesOf(await sendAll()), `${name}, again`).to.deep.equal(outcomesOf(replies));
    expect((await one.balance(user)).body, name).to.deep.equal({ balance: '100.00' });
  });
}

/**
 * One uid sent 20 times at once, to two users in turn: it is one transaction, of one of them. All of its answers are
 * alike, and all of the other's are 409.
 * @param queries where the statements of both are read
 */
export function raceUid(frontends: Frontends, queries: string, rounds: number): Promise<void> {
  const [one] = frontends;
  return runRounds(rounds, async (round) => {
    const users = await Promise.all([one.open('One uid'), one.open('The same uid')]);
    const uid = `${one.generation}-uid-${round}`;
    const replies = await atOnce(frontends, sendings, (at) => ({
      uid,
      type: 'DEPOSIT',
      amount: '10',
      // Each user is heard by each of two frontends.
      user: userOf(users, Math.floor(at / 2)),
    }));
    const winner = replies.findIndex(({ status }) => status === 200);
    expect(winner, uid).not.to.equal(-1);
    const isWinners = (at: number) => userOf(users, Math.floor(at / 2)) === userOf(users, Math.floor(winner / 2));
    for (const [at, { status, body }] of replies.entries()) {
      if (isWinners(at)) expect({ status, body }, uid).to.deep.equal({ status: 200, body: replies[winner]?.body });
      else
        expect({ status, type: body['type'] }, uid).to.deep.equal({
          status: 409,
          type: '/problems/transaction-id-reused',
        });
    }
    const [won, lost] = isWinners(0) ? users : users.toReversed();
    expect((await one.balance(won as UserId)).body, uid).to.deep.equal({ balance: '10.00' });
    expect((await one.balance(lost as UserId)).body, uid).to.deep.equal({ balance: '0.00' });
    expect(await transactionsOf(queries, won as UserId), uid).to.deep.equal([uid]);
    expect(await transactionsOf(queries, lost as UserId), uid).to.deep.equal([]);
    expect((await one.lookUp(uid)).body, uid).to.include({ uid, user_id: won, amount: '10.00' });
  });
}

/** The uids of all transactions of a user, as the newer API tells them. */
export async function transactionsOf(queries: string, user: UserId): Promise<string[]> {
  const { body } = await get(`${queries}/v1/accounts/${user}/transactions?consistency=strong&limit=1000`);
  return (body['transactions'] as { transactionId: string }[]).map(({ transactionId }) => transactionId);
}

async function runRounds(rounds: number, run: (round: number) => Promise<void>): Promise<void> {
  let next = 0;
  const runOn = async () => {
    while (next < rounds) {
      next += 1;
      await run(next);
    }
  };
  await Promise.all(Array.from({ length: Math.min(roundsAtOnce, rounds) }, runOn));
}

function atOnce(
  frontends: Frontends,
  count: number,
  transactionAt: (at: number) => OlderTransaction,
): Promise<Reply[]> {
  return Promise.all(
    Array.from({ length: count }, (_, at) =>
      settle(frontends[at % frontends.length] ?? frontends[0], transactionAt(at)),
    ),
  );
}

const userOf = (users: readonly [UserId, UserId], number: number): UserId => (number % 2 === 0 ? users[0] : users[1]);
const statusesOf = (replies: readonly Reply[]) => replies.map(({ status }) => status);
const outcomesOf = (replies: readonly Reply[]) => replies.map(({ status, body }) => ({ status, body }));
