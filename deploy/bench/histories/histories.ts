import type { Instant } from '@ledger/shared/time';
import { seededRandom } from '../random.ts';
import { createPastAccount, type DateOrder, type PastAccount } from './past-account.ts';
import type { PastEvent } from './write-events.ts';

/** When the first accounts of a benchmark were opened, and how long after each other things are recorded. */
export const OPENED_AT: Instant = Date.UTC(2025, 0, 1);
export const APART_MS = 20_000;

export interface LongAccount {
  readonly accountId: string;
  /** Of its own, where what is kept by currency is to grow with this account alone. */
  readonly currency: string;
  readonly order: DateOrder;
  /** Deposits and withdrawals, at least one. */
  readonly lines: number;
}

/** When the last line of an account of so many was recorded: `APART_MS` lie between one and the next. */
export const lastRecordedAt = (lines: number): Instant => OPENED_AT + (lines - 1) * APART_MS;

/** One account from its opening to its last line. */
export function* longHistory(account: PastAccount, { lines }: Pick<LongAccount, 'lines'>): Generator<PastEvent> {
  yield* account.begin();
  for (let line = 1; line < lines; line += 1) yield account.transact(OPENED_AT + line * APART_MS);
}

/** @returns the account, from which `longHistory` begins and which goes on after it */
export const longAccount = (options: Omit<LongAccount, 'lines'>): PastAccount =>
  createPastAccount({ ...options, openedAt: OPENED_AT });

/**
 * Events of many accounts as traffic brings them: all are opened, then each transaction is of a random one, in the order
 * of its date.
 * @param events over all, the openings among them
 */
export function* trafficHistory(accounts: number, events: number): Generator<PastEvent> {
  const random = seededRandom('traffic');
  const all = Array.from({ length: accounts }, (_, account) =>
    createPastAccount({ accountId: `account-${account}`, currency: 'EUR', order: 'in order', openedAt: OPENED_AT }),
  );
  let count = 0;
  for (const account of all) {
    for (const past of account.begin()) {
      yield past;
      count += 1;
    }
  }
  for (; count < events; count += 1) {
    const chosen = all[Math.floor(random() * accounts)];
    if (chosen) yield chosen.transact(OPENED_AT + count * 1_000);
  }
}
