import { deltaOf } from '@ledger/shared/events/account-events';
import type { Instant } from '@ledger/shared/time';
import type { AccountEventRead } from '../consistency/newest-event.ts';

/** A deposit or withdrawal on a statement. Amounts are minor units. */
export interface StatementLine {
  readonly transactionId: string;
  readonly type: 'deposit' | 'withdrawal';
  readonly amount: bigint;
  readonly effectiveAt: Instant;
  readonly recordedAt: Instant;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** The account's balance when it was recorded. */
  readonly balance: bigint;
  readonly delta: bigint;
  readonly revision: number;
}

/** The event's line; none for what does not change the balance. */
export function lineOf({ event, context, revision }: AccountEventRead): StatementLine[] {
  if (event?.type !== 'Deposited' && event?.type !== 'Withdrawn') return [];
  const { transactionId, amount, effectiveAt, description, metadata, balance } = event;
  const type = event.type === 'Deposited' ? 'deposit' : 'withdrawal';
  const { recordedAt } = context;
  const delta = deltaOf(event);
  return [{ transactionId, type, amount, effectiveAt, recordedAt, description, metadata, balance, delta, revision }];
}
