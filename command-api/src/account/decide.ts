import type { Asked, TransactionEvent } from '@ledger/shared/events/account-events';
import { maxBalanceMinor, toMinor } from '@ledger/shared/money';
import type { Instant } from '@ledger/shared/time';
import type { Account } from './account.ts';
import { askedOf, sameMetadata, type TransactionCommand } from './commands.ts';
import type { Timeline } from './timeline.ts';

/** A client's clock may be this far ahead of the ledger's. */
const defaultClockToleranceMs = 5 * 60 * 1000;

/** An outcome that stands in the stream under a transaction id, with the hash of what was asked for then. */
export interface RecordedOutcome {
  readonly event: TransactionEvent;
  readonly asked: Asked;
  /** Decimals of the account's currency. */
  readonly decimals: number;
}

/** What a decision looks at. */
export interface DecisionState {
  /** Undefined: not opened. */
  readonly account: Account | undefined;
  /** What the command's transaction id stands for already. */
  readonly recorded: RecordedOutcome | undefined;
  /** Needed only for a command that {@link isBackdated}. */
  readonly timeline: Timeline | undefined;
}

/** Names of rules that end a command without an event; its transaction id stays free. */
export type Rejection =
  | { readonly rule: 'transaction-id-reused'; readonly differs: readonly string[] }
  | { readonly rule: 'account-not-found' }
  | { readonly rule: 'currency-mismatch'; readonly accountCurrency: string }
  | { readonly rule: 'too-many-decimals'; readonly currency: string; readonly decimals: number }
  | { readonly rule: 'effective-date-in-future'; readonly now: Instant }
  /** `amount` in minor units: it may be too large by itself. */
  | { readonly rule: 'balance-limit-exceeded'; readonly amount: bigint };

export type Decision =
  | { readonly kind: 'event'; readonly event: TransactionEvent }
  | { readonly kind: 'replay' }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

/**
 * Decides a command against the account's state. The guards stand in the documented order: where several could fire, the
 * first one does.
 * @param now the decision's recordedAt: not before the account's newest event, milliseconds in UTC
 */
export function decide(command: TransactionCommand, state: DecisionState, now: Instant): Decision {
  const { account, recorded, timeline } = state;
  const { clockToleranceMs = defaultClockToleranceMs } = command;

  if (recorded) return replayOrReuse(command, recorded);
  if (!account) return rejected({ rule: 'account-not-found' });

  if (command.currency !== undefined && command.currency !== account.currency) {
    return rejected({ rule: 'currency-mismatch', accountCurrency: account.currency });
  }
  const amount = toMinor(command.amount, account.decimals);
  if (amount === undefined) {
    return rejected({ rule: 'too-many-decimals', currency: account.currency, decimals: account.decimals });
  }
  if (command.effectiveAt !== undefined && command.effectiveAt > now + clockToleranceMs) {
    return rejected({ rule: 'effective-date-in-future', now });
  }

  const effectiveAt = effectiveAtOf(command, now);
  const backdated = isBackdated(command, account, now);
  if (backdated && !timeline) throw new Error('a backdated command was decided without the timeline');
  const { balance } = account;
  const highest = backdated && timeline ? timeline.rangeFrom(effectiveAt).highest : balance;
  const content = {
    accountId: account.accountId,
    transactionId: command.transactionId,
    amount,
    currency: account.currency,
    effectiveAt,
    description: command.description,
    metadata: command.metadata,
  };

  if (command.type === 'deposit') {
    if (highest + amount > maxBalanceMinor) return rejected({ rule: 'balance-limit-exceeded', amount });
    return accepted({ type: 'Deposited', ...content, balance: balance + amount });
  }
  if (balance < amount) {
    const reason = 'insufficient-funds';
    const shortfall = amount - balance;
    return accepted({ type: 'WithdrawalRefused', ...content, balance, reason, shortfall, firstNegativeAt: null });
  }
  const firstNegativeAt = backdated ? timeline?.firstBelow(amount, effectiveAt) : undefined;
  if (timeline && firstNegativeAt !== undefined) {
    const reason = 'insufficient-funds-at-date';
    const shortfall = amount - timeline.balanceAsOf(firstNegativeAt);
    return accepted({ type: 'WithdrawalRefused', ...content, balance, reason, shortfall, firstNegativeAt });
  }
  return accepted({ type: 'Withdrawn', ...content, balance: balance - amount });
}

/** Whether the command counts from before the account's latest movement, so that later balances change with it. */
export function isBackdated(command: TransactionCommand, account: Account, now: Instant): boolean {
  return account.latestEffectiveAt !== null && effectiveAtOf(command, now) < account.latestEffectiveAt;
}

/** A date that is ahead by less than the tolerance is another clock's now. */
export function effectiveAtOf({ effectiveAt }: TransactionCommand, now: Instant): Instant {
  return effectiveAt === undefined || effectiveAt > now ? now : effectiveAt;
}

function replayOrReuse(command: TransactionCommand, { event, asked, decimals }: RecordedOutcome): Decision {
  if (askedOf(command, event.currency).hash === asked.hash) return { kind: 'replay' };
  const differs = [
    command.type !== (event.type === 'Deposited' ? 'deposit' : 'withdrawal') && 'type',
    toMinor(command.amount, decimals) !== event.amount && 'amount',
    (command.currency ?? event.currency) !== event.currency && 'currency',
    (command.effectiveAt ?? null) !== asked.effectiveAt && 'effectiveAt',
    command.description !== event.description && 'description',
    !sameMetadata(command.metadata, event.metadata) && 'metadata',
  ].filter((field) => field !== false);
  return rejected({ rule: 'transaction-id-reused', differs });
}

function accepted(event: TransactionEvent): Decision {
  return { kind: 'event', event };
}

function rejected(rejection: Rejection): Decision {
  return { kind: 'rejected', rejection };
}
