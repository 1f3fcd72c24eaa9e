import { hash } from 'node:crypto';
import type { Asked } from '@ledger/shared/events/account-events';
import { type Decimal, formatDecimal } from '@ledger/shared/money';
import type { Instant } from '@ledger/shared/time';

/** A deposit or withdrawal as a client asked for it: readable, but not decided. */
export interface TransactionCommand {
  readonly accountId: string;
  readonly transactionId: string;
  readonly type: 'deposit' | 'withdrawal';
  readonly amount: Decimal;
  /** Undefined: the account's. */
  readonly currency: string | undefined;
  /** Undefined: when it is recorded. */
  readonly effectiveAt: Instant | undefined;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** How far its client's clock may be ahead of the ledger's; five minutes, where it is left out. No part of the content. */
  readonly clockToleranceMs?: number;
}

export interface OpenAccount {
  readonly accountId: string;
  readonly name: string;
  /** Undefined: the default currency; in a retry, whatever the account has. */
  readonly currency: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What tells a retry from another command under the same id. `accountCurrency` stands in for a currency left out. */
export function askedOf(command: TransactionCommand, accountCurrency: string): Asked {
  return {
    hash: hashOf([
      command.type,
      formatDecimal(command.amount),
      command.currency ?? accountCurrency,
      command.effectiveAt ?? null,
      command.description,
      sortedEntries(command.metadata),
    ]),
    effectiveAt: command.effectiveAt ?? null,
  };
}

export function askedOfOpening({ name, metadata }: OpenAccount, currency: string): Asked {
  return { hash: hashOf([name, currency, sortedEntries(metadata)]), effectiveAt: null };
}

export function sameMetadata(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return JSON.stringify(sortedEntries(a)) === JSON.stringify(sortedEntries(b));
}

function sortedEntries(metadata: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function hashOf(content: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(content));
}
