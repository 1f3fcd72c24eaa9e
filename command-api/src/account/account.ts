import { assertNever } from '@ledger/shared/assert-never';
import { type AccountAfter, type AccountEvent, deltaOf } from '@ledger/shared/events/account-events';
import type { Instant } from '@ledger/shared/time';

/** What must be known of an account to decide its next command. */
export interface Account extends AccountAfter {
  readonly accountId: string;
  /** When the newest event was decided. */
  readonly recordedAt: Instant;
  /** Revision of the newest event. */
  readonly revision: number;
}

/**
 * The account after its next event. `undefined` is the account before its opening.
 * @throws Error where the event can't follow or says another balance than it leads to, which no decision of this ledger does.
 */
export function evolve(account: Account | undefined, event: AccountEvent, recordedAt: Instant): Account {
  if (event.type === 'AccountOpened') {
    if (account) throw new Error(`account ${account.accountId} is opened twice`);
    const { accountId, currency, decimals } = event;
    return { accountId, currency, decimals, balance: 0n, latestEffectiveAt: null, recordedAt, revision: 0 };
  }
  if (!account) throw new Error(`the stream of account ${event.accountId} does not begin with its opening`);
  const balance = account.balance + deltaOf(event);
  if (event.balance !== balance) {
    throw new Error(`a ${event.type} of account ${account.accountId} says another balance than it leads to`);
  }
  const next = { ...account, balance, recordedAt, revision: account.revision + 1 };
  switch (event.type) {
    case 'Deposited':
    case 'Withdrawn':
      return { ...next, latestEffectiveAt: latest(account.latestEffectiveAt, event.effectiveAt) };
    case 'WithdrawalRefused':
      return next;
    default:
      return assertNever(event);
  }
}

export function latest(a: Instant | null, b: Instant): Instant {
  return a === null || b > a ? b : a;
}
