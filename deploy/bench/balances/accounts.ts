import { formatInstant } from '@ledger/shared/time';
import {
  type LongAccount,
  lastRecordedAt,
  longAccount,
  longHistory,
  OPENED_AT,
  trafficHistory,
} from '../histories/histories.ts';
import { DATE_ORDERS, type DateOrder, type PastAccount } from '../histories/past-account.ts';
import type { PastEvent } from '../histories/write-events.ts';
import { seededRandom } from '../random.ts';
import type { Plan } from './plan.ts';

/** An account whose dated balances are asked for. */
export interface BenchAccount extends LongAccount {
  /** To go on with. */
  readonly past: PastAccount;
}

/** Each has a currency of its own: the tree of a currency's totals is then as long as the account. */
const CURRENCIES = ['EUR', 'USD', 'GBP', 'CHF', 'SEK', 'NOK', 'DKK', 'CZK', 'PLN', 'HUF', 'AUD', 'CAD'];

/** One of each order and length; of those lengths that are only compared with sums, one. */
export function benchAccounts({ shortLines, longLines, summed }: Plan): readonly BenchAccount[] {
  const lengths = DATE_ORDERS.flatMap((order) => [shortLines, longLines].map((lines) => ({ order, lines })));
  const others = summed.map(({ lines }) => ({ order: SUMMED_ORDER, lines }));
  const all = [...lengths, ...others.filter(({ lines }) => lines !== shortLines && lines !== longLines)];
  return all.map(({ order, lines }, i) => {
    const accountId = `${order.replaceAll(' ', '-')}-${lines}`;
    const options = { accountId, currency: CURRENCIES[i] ?? 'XXX', order };
    return { ...options, lines, past: longAccount(options) };
  });
}

/** The order of the account that sums are compared on. */
export const SUMMED_ORDER: DateOrder = 'one in ten';

/** @throws Error where the plan has no such account */
export function accountOf(accounts: readonly BenchAccount[], order: DateOrder, lines: number): BenchAccount {
  const found = accounts.find((account) => account.order === order && account.lines === lines);
  if (!found) throw new Error(`there is no account of ${lines} lines, ${order}`);
  return found;
}

/** The events of all of them, and of the many accounts whose balance now is asked for. */
export function* allEvents(accounts: readonly BenchAccount[], { manyAccounts }: Plan): Generator<PastEvent> {
  yield* trafficHistory(manyAccounts, EVENTS_OF_MANY * manyAccounts);
  for (const { past, lines } of accounts) yield* longHistory(past, { lines });
}

const EVENTS_OF_MANY = 10;

/** Which dates a query names. */
export type DateKind = 'at' | 'knownAt' | 'at and knownAt';

export const DATE_KINDS: readonly DateKind[] = ['at', 'knownAt', 'at and knownAt'];

/** Queries of an account's balance at random dates of its whole life: the same for the same seed. */
export function datedPaths({ accountId, lines }: LongAccount, kind: DateKind, count: number, seed: string): string[] {
  const random = seededRandom(seed);
  const date = () => formatInstant(OPENED_AT + Math.floor(random() * (lastRecordedAt(lines) - OPENED_AT)));
  const queryOf: Readonly<Record<DateKind, () => string>> = {
    at: () => `at=${date()}`,
    knownAt: () => `knownAt=${date()}`,
    'at and knownAt': () => `at=${date()}&knownAt=${date()}`,
  };
  return Array.from({ length: count }, () => `/v1/accounts/${accountId}/balance?${queryOf[kind]()}`);
}

/** Queries of balances now, of random ones among many accounts. */
export function nowPaths(accounts: number, count: number, seed: string): string[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => `/v1/accounts/account-${Math.floor(random() * accounts)}/balance`);
}
