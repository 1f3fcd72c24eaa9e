import type { Instant } from '../time.ts';

/** The facts of an account, as the code holds them. Amounts and balances are minor units of the account's currency. */

export interface AccountOpened {
  readonly type: 'AccountOpened';
  readonly accountId: string;
  readonly name: string;
  readonly currency: string;
  /** Decimals of the currency as this runtime knew them at the opening; they hold for the account's whole life. */
  readonly decimals: number;
  readonly metadata: Readonly<Record<string, string>>;
}

interface TransactionContent {
  readonly accountId: string;
  readonly transactionId: string;
  readonly amount: bigint;
  readonly currency: string;
  /** The date that the transaction counts from; never later than when it was recorded. */
  readonly effectiveAt: Instant;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** The current balance after this event (a refusal leaves it as it was). */
  readonly balance: bigint;
}

export interface Deposited extends TransactionContent {
  readonly type: 'Deposited';
}

export interface Withdrawn extends TransactionContent {
  readonly type: 'Withdrawn';
}

/** A refusal is a fact too: its retry gets the same answer. */
export interface WithdrawalRefused extends TransactionContent {
  readonly type: 'WithdrawalRefused';
  readonly reason: 'insufficient-funds' | 'insufficient-funds-at-date';
  /** By how much the balance was too small (on the first date that it was). */
  readonly shortfall: bigint;
  /** The first date on which the balance would have been negative; null where it is the current one. */
  readonly firstNegativeAt: Instant | null;
}

export type TransactionEvent = Deposited | Withdrawn | WithdrawalRefused;
export type AccountEvent = AccountOpened | TransactionEvent;

/** The account's state after an event. Each event carries it, so the newest one alone tells how the account stands. */
export interface AccountAfter {
  readonly balance: bigint;
  /** The latest effectiveAt of any deposit or withdrawal; null before the first. Refusals don't count. */
  readonly latestEffectiveAt: Instant | null;
  readonly currency: string;
  readonly decimals: number;
}

/** What a client sent, to tell a retry from another command under the same id. */
export interface Asked {
  /** SHA-256, in hex, of the normalised content. */
  readonly hash: string;
  /** effectiveAt as it was sent, cut to the millisecond; null where it was left out. */
  readonly effectiveAt: Instant | null;
}

/** Where a command came from. */
export interface Causation {
  readonly correlationId: string;
  readonly causationId: string;
  readonly actor: string | null;
  readonly traceparent: string | null;
}

export interface EventContext extends Causation {
  /** When the command was decided; never decreases within an account. */
  readonly recordedAt: Instant;
  readonly asked: Asked;
  readonly account: AccountAfter;
}

/** How an event changes the balance; 0 for what does not. */
export function deltaOf(event: AccountEvent): bigint {
  switch (event.type) {
    case 'Deposited':
      return event.amount;
    case 'Withdrawn':
      return -event.amount;
    case 'AccountOpened':
    case 'WithdrawalRefused':
      return 0n;
  }
}
