import type { EventStore } from '@ledger/shared/event-store/event-store';
import { readReservation } from '@ledger/shared/events/uid-reservation';
import { formatMinor } from '@ledger/shared/money';
import { expect } from 'chai';
import type { Reply } from '../../end-to-end/http.fixture.ts';
import type { UserId } from '../../end-to-end/older-frontends.fixture.ts';
import type { Frontends } from '../../end-to-end/older-races.fixture.ts';
import { until } from '../../until.fixture.ts';
import type { Killable } from '../commands-under-fire/instance.ts';
import { checkAccounts, historiesOf, type Sending } from './check-accounts.ts';
import { watchReservations } from './watch-reservations.ts';

const userCount = 3;
const uidCount = 24;
const startMinor = 100_00n;

export interface CrashRound {
  /** Of one generation, each to a command-api process of its own. */
  readonly frontends: Frontends;
  /** One of these processes. */
  readonly victim: Killable;
  /** It is killed as soon as so many uids of the round are reserved, or so many requests answered. */
  readonly killAfter: { readonly count: number; readonly what: 'reserved' | 'answered' };
  /** All uids of the round begin with it. */
  readonly prefix: string;
  readonly store: EventStore;
}

export interface CrashFigures {
  /** Requests that the kill left without an answer. */
  unanswered: number;
  /** Uids that were reserved and in no account when the process was gone. */
  halfDone: number;
  /** Uids sent for two users at once. */
  contested: number;
  accepted: number;
  refused: number;
}

/**
 * Transactions are sent at once, a process is killed in the midst of them, started again, and all are sent again until
 * each has its outcome. Then each uid is in exactly one account, once, as answered; nobody was told anything else before;
 * and each balance is the sum of what was accepted.
 * @throws AssertionError
 */
export async function runCrashRound({
  frontends,
  victim,
  killAfter,
  prefix,
  store,
}: CrashRound): Promise<CrashFigures> {
  const [one] = frontends;
  const watch = watchReservations(store, prefix);
  const users = await Promise.all(Array.from({ length: userCount }, () => one.open('Crash')));
  for (const [at, user] of users.entries()) {
    const paidIn = { uid: `${prefix}in-${at}`, type: 'DEPOSIT', amount: formatMinor(startMinor, 2), user } as const;
    expect((await settle(frontends, { transaction: paidIn, frontend: one })).status).to.equal(200);
  }
  await watch.count(userCount);

  const sendings = sendingsOf(frontends, users, prefix);
  const answers = sendings.map(({ frontend, transaction }) => frontend.record(transaction));
  const sent = Promise.allSettled(answers);
  if (killAfter.what === 'reserved') await watch.count(userCount + killAfter.count);
  else await settled(answers, killAfter.count);
  await victim.kill();
  const before = (await sent).map((end) =>
    end.status === 'fulfilled' && isDefinite(end.value) ? end.value : undefined,
  );
  await watch.stop();
  const halfDone = await countHalfDone(store, users, sendings);

  await victim.start();
  const replies = await Promise.all(sendings.map((sending) => settle(frontends, sending)));
  for (const [at, answered] of before.entries()) {
    if (answered) expect(outcomeOf(replies[at]), 'an answer from before the kill').to.deep.equal(outcomeOf(answered));
  }
  const outcomes = await checkAccounts({ store, users, startMinor, sendings, replies });
  const uids = new Set(sendings.map(({ transaction }) => transaction.uid)).size;
  const unanswered = before.filter((reply) => reply === undefined).length;
  return { unanswered, halfDone, contested: sendings.length - uids, ...outcomes };
}

/**
 * Of each three uids one is a withdrawal, one a deposit that two users send at once, and one a deposit of one user. All
 * withdrawals together are more than there is.
 */
function sendingsOf(frontends: Frontends, users: readonly UserId[], prefix: string): Sending[] {
  const userAt = (at: number) => users[at % users.length] as UserId;
  const sendings = Array.from({ length: uidCount }, (_, at) => {
    const isWithdrawal = at % 3 === 0;
    const content = {
      uid: `${prefix}${at}`,
      type: isWithdrawal ? 'WITHDRAW' : 'DEPOSIT',
      amount: isWithdrawal ? '45' : '1',
    } as const;
    // So that each user withdraws.
    const turn = at + Math.floor(at / 3);
    const senders = at % 3 === 1 ? [userAt(turn), userAt(turn + 1)] : [userAt(turn)];
    return senders.map((user) => ({ ...content, user }));
  });
  return sendings.flat().map((transaction, at) => ({
    transaction,
    frontend: frontends[at % frontends.length] ?? frontends[0],
  }));
}

/** Resolves as soon as so many of them have ended. */
function settled(answers: readonly Promise<unknown>[], count: number): Promise<void> {
  return new Promise((resolve) => {
    let ended = 0;
    const onEnd = () => {
      ended += 1;
      if (ended === count) resolve();
    };
    for (const answer of answers) void answer.then(onEnd, onEnd);
  });
}

/** Sends it until it has an outcome: where a process is gone, to the next. */
function settle(frontends: Frontends, { transaction, frontend }: Sending): Promise<Reply> {
  let at = frontends.indexOf(frontend);
  return until(
    `an outcome of ${transaction.uid}`,
    async () => {
      const reply = await (frontends[at % frontends.length] ?? frontend).record(transaction).catch(noAnswer);
      if (reply && isDefinite(reply)) return reply;
      at += 1;
      return undefined;
    },
    60_000,
  );
}

/** What fetch throws where a connection is refused or breaks. */
function noAnswer(error: unknown): undefined {
  if (!(error instanceof TypeError) && !(error instanceof SyntaxError)) throw error;
}

async function countHalfDone(
  store: EventStore,
  users: readonly UserId[],
  sendings: readonly Sending[],
): Promise<number> {
  const histories = await historiesOf(store, users);
  let count = 0;
  for (const uid of new Set(sendings.map(({ transaction }) => transaction.uid))) {
    const isReserved = (await readReservation(store, uid)) !== undefined;
    if (isReserved && !histories.some(({ byId }) => byId.has(uid))) count += 1;
  }
  return count;
}

const isDefinite = ({ status }: Reply): boolean => status < 500;
const outcomeOf = (reply: Reply | undefined) => ({ status: reply?.status, body: reply?.body });
