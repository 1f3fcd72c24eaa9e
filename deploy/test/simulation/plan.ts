import { parseDecimal } from '@ledger/shared/money';
import fc from 'fast-check';
import type { OpenAccount, TransactionCommand } from '../../../command-api/src/account/commands.ts';
import type { QueueLimits } from '../../../command-api/src/handling/account-queue.ts';
import type { AppendLimits } from '../../../command-api/src/handling/decide-group.ts';
import type { PageLimits } from '../../../command-api/src/handling/pages/page.ts';

/** What a run is made of. The same plan gives the same run; fast-check prints it where a promise was broken, cut down. */
export interface Plan {
  /** For everything that is left to chance while it runs: how long messages take, who is asked again. */
  readonly seed: number;
  readonly instances: number;
  readonly deadlineMs: number;
  /** Little: accounts leave the memory all the time. */
  readonly cacheBytes: number;
  /** None: every replay is read from the store. */
  readonly recentBytes: number;
  /** Little in some plans: what comes more is turned away, accounts wait for their turn, and groups and appends are small. */
  readonly queueLimits: QueueLimits;
  readonly appendLimits: AppendLimits;
  /** Little: accounts of some events have pages. */
  readonly pageLimits: PageLimits;
  /** Deposits of 1.00 that the first account begins with: `h-0`, `h-1`… */
  readonly history: number;
  /** What transaction number 0, 1, 2… asks for, whoever sends it. */
  readonly contents: readonly Content[];
  readonly requests: readonly Request[];
  readonly faults: readonly Fault[];
}

/** Without date where `date` is null; else so many hours before the world began, or after. */
export interface Content {
  readonly type: 'deposit' | 'withdrawal';
  readonly amount: string;
  readonly hours: number | null;
  readonly currency: string | null;
}

/** A transaction of the plan's, or its id with other content; beyond the plan's contents, one of the history. */
export interface Command {
  readonly account: number;
  readonly transaction: number;
  readonly altered: 'amount' | 'currency' | 'date' | null;
}

/** Commands that are sent together, in their order, by one client, and perhaps again. */
export interface Request {
  readonly atMs: number;
  readonly instance: number;
  readonly commands: readonly Command[];
  /** Between one of them and the next. */
  readonly apartMs: number;
  /** Sent again so long after, to some instance, whether there was an answer or not. */
  readonly againAfterMs: readonly number[];
  /** The account that is opened at the same time, under one name or another. */
  readonly opening: { readonly account: number; readonly name: string } | null;
}

export const faultKinds = [
  'cut',
  'away',
  'requests-lost',
  'answers-lost',
  'delay',
  'store-crash',
  'store-refuses',
  'store-clock',
  'pages-meddled',
  'kill',
  'hold',
  'machine-sleeps',
] as const;

export interface Fault {
  readonly atMs: number;
  readonly kind: (typeof faultKinds)[number];
  readonly instance: number;
  readonly durationMs: number;
}

/** When the last request is sent and the last fault happens, at the latest. */
export const busyMs = 20_000;
export const accountIds = ['a', 'b', 'c'];
/** Accounts that somebody opens at the beginning; the others only where a request does. */
export const openedFirst = [0, 1];

const content: fc.Arbitrary<Content> = fc.record({
  type: fc.constantFrom('deposit', 'deposit', 'withdrawal'),
  amount: fc.constantFrom('10.00', '10.00', '30.00', '30.00', '30.00', '70.00', '70.00', '9999999999999980.00'),
  hours: fc.constantFrom(null, null, null, null, null, -72, -48, -24, -1, 0, 1 / 30, 1),
  currency: fc.constantFrom(null, null, null, null, null, null, null, null, 'EUR', 'EUR', 'EUR', 'USD'),
});

/** Requests and faults come in bursts, so that they meet. */
const moment = fc
  .tuple(fc.constantFrom(1_000, 6_000, 11_000, 16_000), fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 80 })))
  .map(([burstMs, afterMs]) => burstMs + afterMs);
const instance = fc.integer({ min: 0, max: 2 });
/** Most of them about one account, so that they meet. */
const account = fc.constantFrom(0, 0, 0, 0, 0, 1, 2);

const request: fc.Arbitrary<Request> = fc.record({
  atMs: moment,
  instance,
  commands: fc.array(
    fc.record({
      account,
      transaction: fc.integer({ min: 0, max: 12 }),
      altered: fc.constantFrom(null, null, null, null, null, null, null, 'amount', 'currency', 'date'),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  apartMs: fc.constantFrom(0, 0, 1, 20, 300),
  againAfterMs: fc.array(fc.oneof(fc.constantFrom(0, 1, 5), fc.integer({ min: 0, max: 12_000 })), { maxLength: 2 }),
  opening: fc.option(fc.record({ account, name: fc.constantFrom('Alice', 'Alice', 'Bob') }), { freq: 3 }),
});

const fault: fc.Arbitrary<Fault> = fc.record({
  atMs: moment,
  kind: fc.constantFrom(...faultKinds, 'away', 'away'),
  instance,
  // 750: so that an append is given up and decided again shortly before a deadline of 1,000.
  durationMs: fc.constantFrom(1, 20, 100, 500, 750, 750, 4_000, 15_000),
});

export const anyPlan: fc.Arbitrary<Plan> = fc.record({
  seed: fc.nat(),
  instances: fc.integer({ min: 1, max: 3 }),
  deadlineMs: fc.constantFrom(400, 1_000, 1_000, 10_000),
  cacheBytes: fc.constantFrom(1_500, 3_500, 1_000_000),
  recentBytes: fc.constantFrom(0, 8_000, 1_000_000),
  queueLimits: fc.constantFrom(
    { commands: 1_000, bytes: 1_000_000, accountsAtOnce: 100, commandsPerGroup: 100 },
    { commands: 1_000, bytes: 1_000_000, accountsAtOnce: 100, commandsPerGroup: 2 },
    { commands: 12, bytes: 1_000_000, accountsAtOnce: 1, commandsPerGroup: 3 },
    { commands: 1_000, bytes: 200, accountsAtOnce: 2, commandsPerGroup: 100 },
  ),
  appendLimits: fc.constantFrom(
    { events: 100, bytes: 512 * 1024 },
    { events: 2, bytes: 512 * 1024 },
    { events: 100, bytes: 1 },
  ),
  pageLimits: fc.constantFrom({ eventsPerPage: 4, longAccountEvents: 8 }, { eventsPerPage: 4, longAccountEvents: 4 }),
  history: fc.constantFrom(0, 0, 0, 0, 0, 45),
  contents: fc.array(content, { minLength: 12, maxLength: 12 }),
  requests: fc.array(request, { minLength: 1, maxLength: 20, size: 'max' }),
  faults: fc.oneof(
    { weight: 5, arbitrary: fc.array(fault, { maxLength: 10, size: 'max' }) },
    { weight: 1, arbitrary: fc.constant([]) },
  ),
});

const hourMs = 3_600_000;

/** @param beginning when the world begins, in milliseconds of UTC */
export function commandOf(
  { contents, history }: Plan,
  { account, transaction, altered }: Command,
  beginning: number,
): TransactionCommand {
  const asked = contents[transaction] ?? { type: 'deposit', amount: '1.00', hours: null, currency: null };
  const amount = parseDecimal(altered === 'amount' ? '20.00' : asked.amount);
  if (!amount) throw new RangeError(`${asked.amount} is not an amount`);
  const hours = altered === 'date' ? 1 : asked.hours;
  return {
    accountId: accountIdOf(account),
    transactionId: transaction < contents.length ? `t-${transaction}` : `h-${history >> 1}`,
    type: asked.type,
    amount,
    currency: altered === 'currency' ? 'USD' : (asked.currency ?? undefined),
    effectiveAt: hours === null ? undefined : beginning + hours * hourMs,
    description: '',
    metadata: {},
  };
}

/** What the first account begins with. */
export function historyOf({ history }: Plan): readonly TransactionCommand[] {
  return Array.from({ length: history }, (_, number) => ({
    accountId: accountIdOf(0),
    transactionId: `h-${number}`,
    type: 'deposit',
    amount: { digits: 1n, scale: 0 },
    currency: undefined,
    effectiveAt: undefined,
    description: '',
    metadata: {},
  }));
}

export function openingOf({ account, name }: NonNullable<Request['opening']>): OpenAccount {
  return { accountId: accountIdOf(account), name, currency: undefined, metadata: {} };
}

function accountIdOf(account: number): string {
  const accountId = accountIds[account];
  if (accountId === undefined) throw new RangeError(`there is no account ${account}`);
  return accountId;
}
