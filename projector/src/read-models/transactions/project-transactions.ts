import type { Connection } from '@ledger/shared/database/pool';
import { deltaOf, type TransactionEvent } from '@ledger/shared/events/account-events';
import { formatInstant } from '@ledger/shared/time';
import type { TakenIn } from '../../pipeline/taken-in.ts';

interface Outcome {
  readonly event: TransactionEvent;
  readonly taken: TakenIn;
}

/** Adds a row to `transactions` for every outcome among the events, in one statement. */
export async function projectTransactions(tx: Connection, events: readonly TakenIn[]): Promise<void> {
  const outcomes = events.flatMap((taken): Outcome[] => {
    const { event } = taken.account;
    return event && event.type !== 'AccountOpened' ? [{ event, taken }] : [];
  });
  if (outcomes.length === 0) return;
  const refused = outcomes.map(({ event }) => (event.type === 'WithdrawalRefused' ? event : undefined));
  await tx.query(
    `INSERT INTO transactions (transaction_id, account_id, type, outcome, amount, delta, effective_at, recorded_at, description,
                               metadata, balance, reason, shortfall, first_negative_at, revision)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::numeric[], $6::bigint[],
                          $7::timestamptz[], $8::timestamptz[], $9::text[], $10::jsonb[], $11::bigint[], $12::text[],
                          $13::numeric[], $14::timestamptz[], $15::bigint[])`,
    [
      outcomes.map(({ event }) => event.transactionId),
      outcomes.map(({ event }) => event.accountId),
      outcomes.map(({ event }) => (event.type === 'Deposited' ? 'deposit' : 'withdrawal')),
      outcomes.map(({ event }) => (event.type === 'WithdrawalRefused' ? 'refused' : 'accepted')),
      outcomes.map(({ event }) => event.amount),
      outcomes.map(({ event }) => deltaOf(event)),
      outcomes.map(({ event }) => formatInstant(event.effectiveAt)),
      outcomes.map(({ taken }) => formatInstant(taken.account.context.recordedAt)),
      outcomes.map(({ event }) => event.description),
      outcomes.map(({ event }) => JSON.stringify(event.metadata)),
      outcomes.map(({ event }) => event.balance),
      refused.map((event) => event?.reason ?? null),
      refused.map((event) => event?.shortfall ?? null),
      refused.map((event) => (event && event.firstNegativeAt !== null ? formatInstant(event.firstNegativeAt) : null)),
      outcomes.map(({ taken }) => taken.recorded.revision),
    ],
  );
}
