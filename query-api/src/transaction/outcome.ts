import type { TransactionEvent } from '@ledger/shared/events/account-events';
import type { Instant } from '@ledger/shared/time';
import type { AccountEventRead } from '../consistency/newest-event.ts';

/** What became of a transaction. Amounts are minor units. */
export interface Outcome {
  readonly transactionId: string;
  readonly type: 'deposit' | 'withdrawal';
  readonly amount: bigint;
  readonly effectiveAt: Instant;
  readonly recordedAt: Instant;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** The account's balance after it was recorded. */
  readonly balance: bigint;
  readonly revision: number;
  /** Null where it was accepted. */
  readonly refusal: {
    readonly reason: string;
    readonly shortfall: bigint;
    readonly firstNegativeAt: Instant | null;
  } | null;
}

/** Of `transactions t`. */
export const outcomeColumns = `t.transaction_id AS "transactionId", t.type, t.amount, t.effective_at AS "effectiveAt",
  t.recorded_at AS "recordedAt", t.description, t.metadata, t.balance, t.revision, t.reason, t.shortfall,
  t.first_negative_at AS "firstNegativeAt"`;

export interface StoredOutcome extends Omit<Outcome, 'amount' | 'revision' | 'refusal'> {
  readonly amount: string;
  readonly revision: bigint;
  readonly reason: string | null;
  readonly shortfall: string | null;
  readonly firstNegativeAt: Instant | null;
}

export function fromStored<Row extends StoredOutcome>(row: Row) {
  const { reason, shortfall, firstNegativeAt, ...rest } = row;
  const refusal: Outcome['refusal'] =
    reason === null ? null : { reason, shortfall: BigInt(shortfall ?? 0), firstNegativeAt };
  return { ...rest, amount: BigInt(row.amount), revision: Number(row.revision), refusal };
}

/** Undefined: the event is no transaction's. */
export function outcomeOf({ event, context, revision }: AccountEventRead): Outcome | undefined {
  if (!event || event.type === 'AccountOpened') return undefined;
  const { transactionId, amount, effectiveAt, description, metadata, balance } = event;
  const type = event.type === 'Deposited' ? 'deposit' : 'withdrawal';
  const { recordedAt } = context;
  const refusal = refusalOf(event);
  return { transactionId, type, amount, effectiveAt, recordedAt, description, metadata, balance, revision, refusal };
}

function refusalOf(event: TransactionEvent): Outcome['refusal'] {
  if (event.type !== 'WithdrawalRefused') return null;
  const { reason, shortfall, firstNegativeAt } = event;
  return { reason, shortfall, firstNegativeAt };
}
