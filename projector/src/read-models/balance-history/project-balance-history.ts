import type { Connection } from '@ledger/shared/database/pool';
import { deltaOf } from '@ledger/shared/events/account-events';
import { formatInstant, type Instant } from '@ledger/shared/time';
import type { TakenIn } from '../../pipeline/taken-in.ts';

interface Line {
  readonly accountId: string;
  readonly revision: number;
  readonly effectiveAt: Instant;
  readonly recordedAt: Instant;
  readonly delta: bigint;
}

/** Adds a line to `balance_history` for every deposit and withdrawal among the events, in one statement. */
export async function projectBalanceHistory(tx: Connection, events: readonly TakenIn[]): Promise<void> {
  const lines = events.flatMap(lineOf);
  if (lines.length === 0) return;
  await tx.query(
    `INSERT INTO balance_history (account_id, revision, effective_at, recorded_at, delta)
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::timestamptz[], $5::bigint[])`,
    [
      lines.map((line) => line.accountId),
      lines.map((line) => line.revision),
      lines.map((line) => formatInstant(line.effectiveAt)),
      lines.map((line) => formatInstant(line.recordedAt)),
      lines.map((line) => line.delta),
    ],
  );
}

function lineOf({ accountId, account }: TakenIn): Line[] {
  const { event, revision, context } = account;
  if (event?.type !== 'Deposited' && event?.type !== 'Withdrawn') return [];
  const { effectiveAt } = event;
  return [{ accountId, revision, effectiveAt, recordedAt: context.recordedAt, delta: deltaOf(event) }];
}
