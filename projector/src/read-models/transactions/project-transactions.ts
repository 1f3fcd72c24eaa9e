import type { Connection } from '@ledger/shared/database/pool';
import { deltaOf, type TransactionEvent } from '@ledger/shared/events/account-events';
import { binaryRows } from '../../binary/binary-rows.ts';
import { copyIn } from '../../binary/copy-in.ts';
import type { FieldWriter } from '../../binary/field-writer.ts';
import type { TakenIn } from '../../pipeline/taken-in.ts';

interface Outcome {
  readonly event: TransactionEvent;
  readonly taken: TakenIn;
}

/** Adds a row to `transactions` for every outcome among the events. */
export async function projectTransactions(tx: Connection, events: readonly TakenIn[]): Promise<void> {
  const outcomes = events.flatMap((taken): Outcome[] => {
    const { event } = taken.account;
    return event && event.type !== 'AccountOpened' ? [{ event, taken }] : [];
  });
  if (outcomes.length === 0) return;
  await copyIn(
    tx,
    `COPY transactions (transaction_id, account_id, type, outcome, amount, delta, effective_at, recorded_at, description,
                        metadata, balance, reason, shortfall, first_negative_at, revision) FROM STDIN (FORMAT binary)`,
    binaryRows(15, outcomes, writeOutcome),
  );
}

const words = {
  deposit: Buffer.from('deposit'),
  withdrawal: Buffer.from('withdrawal'),
  accepted: Buffer.from('accepted'),
  refused: Buffer.from('refused'),
};

function writeOutcome(fields: FieldWriter, { event, taken }: Outcome): void {
  const refused = event.type === 'WithdrawalRefused' ? event : undefined;
  fields.text(event.transactionId);
  fields.text(event.accountId);
  fields.bytes(event.type === 'Deposited' ? words.deposit : words.withdrawal);
  fields.bytes(refused ? words.refused : words.accepted);
  fields.numeric(event.amount);
  fields.bigint(deltaOf(event));
  fields.timestamptz(event.effectiveAt);
  fields.timestamptz(taken.account.context.recordedAt);
  fields.text(event.description);
  fields.json(event.metadata);
  fields.bigint(event.balance);
  fields.text(refused?.reason ?? null);
  fields.numeric(refused?.shortfall ?? null);
  fields.timestamptz(refused?.firstNegativeAt ?? null);
  fields.bigint(taken.recorded.revision);
}
