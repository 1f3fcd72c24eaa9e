import type { AccountAfter, AccountEvent, EventContext } from '@ledger/shared/events/account-events';
import type { Instant } from '@ledger/shared/time';
import { seededRandom } from '../random.ts';
import type { PastEvent } from './write-events.ts';

/** Which of an account's transactions count from a random date before they were recorded. */
export type DateOrder = 'in order' | 'one in ten' | 'all random';

export const DATE_ORDERS: readonly DateOrder[] = ['in order', 'one in ten', 'all random'];

const SHARE_AT_RANDOM: Readonly<Record<DateOrder, number>> = { 'in order': 0, 'one in ten': 0.1, 'all random': 1 };

export interface PastAccountOptions {
  readonly accountId: string;
  readonly currency: string;
  readonly order: DateOrder;
  /** When it was opened. */
  readonly openedAt: Instant;
}

/** An account, as one event after another is recorded. */
export interface PastAccount {
  readonly accountId: string;
  /** The first two events: the opening, and a deposit that every later withdrawal is paid from, on every date. */
  begin(): readonly PastEvent[];
  /** The next transaction. @param recordedAt never before the one recorded last */
  transact(recordedAt: Instant): PastEvent;
  /** The same, from a random date on, whatever the order. */
  backdate(recordedAt: Instant): PastEvent;
}

const DECIMALS = 2;
const FUNDS_MINOR = 1_000_000_00n;
const WITHDRAWALS = 0.2;
const LARGEST_DEPOSIT_MINOR = 100_00;
const LARGEST_WITHDRAWAL_MINOR = 1_00;

/** With which an event takes about 1 kB in the store. */
const DESCRIPTION =
  'Card payment at terminal 4711, authorised online; settled with the batch of the same evening, no fee';
const METADATA = {
  channel: 'card-present',
  merchant: 'Bakery on the corner, Main Street 12',
  terminal: '4711-0042-17',
};
const HASH = 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9';
const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

/** The same events for the same id. Transactions have random UUIDs, as most clients choose them. */
export function createPastAccount(options: PastAccountOptions): PastAccount {
  const { accountId, currency, order, openedAt } = options;
  const random = seededRandom(accountId);
  const uuid = () => {
    const hex = Array.from({ length: 4 }, () =>
      Math.floor(random() * 2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    ).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
  let balance = 0n;
  let latestEffectiveAt: Instant | null = null;

  function recorded(event: AccountEvent, recordedAt: Instant): PastEvent {
    const account: AccountAfter = { balance, latestEffectiveAt, currency, decimals: DECIMALS };
    const effectiveAt = event.type === 'AccountOpened' ? null : event.effectiveAt;
    const asked = { hash: HASH, effectiveAt };
    const correlationId = uuid();
    const causation = { correlationId, causationId: correlationId, actor: null, traceparent: TRACEPARENT };
    const context: EventContext = { ...causation, recordedAt, asked, account };
    return { event, context };
  }

  function transaction(
    type: 'Deposited' | 'Withdrawn',
    amount: bigint,
    effectiveAt: Instant,
    recordedAt: Instant,
  ): PastEvent {
    balance += type === 'Deposited' ? amount : -amount;
    latestEffectiveAt = Math.max(latestEffectiveAt ?? effectiveAt, effectiveAt);
    const content = { accountId, transactionId: uuid(), amount, currency, effectiveAt };
    return recorded({ type, ...content, description: DESCRIPTION, metadata: METADATA, balance }, recordedAt);
  }

  function next(recordedAt: Instant, isBackdated: boolean): PastEvent {
    const isWithdrawal = random() < WITHDRAWALS;
    const most = isWithdrawal ? LARGEST_WITHDRAWAL_MINOR : LARGEST_DEPOSIT_MINOR;
    const amount = BigInt(1 + Math.floor(random() * most));
    const effectiveAt = isBackdated ? openedAt + Math.floor(random() * (recordedAt - openedAt)) : recordedAt;
    return transaction(isWithdrawal ? 'Withdrawn' : 'Deposited', amount, effectiveAt, recordedAt);
  }

  return {
    accountId,
    begin() {
      const opening = { accountId, name: `Account ${accountId}`, currency, decimals: DECIMALS, metadata: {} };
      return [
        recorded({ type: 'AccountOpened', ...opening }, openedAt),
        transaction('Deposited', FUNDS_MINOR, openedAt, openedAt),
      ];
    },
    transact: (recordedAt) => next(recordedAt, random() < SHARE_AT_RANDOM[order]),
    backdate: (recordedAt) => next(recordedAt, true),
  };
}
