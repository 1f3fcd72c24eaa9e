import type { Connection } from '@ledger/shared/database/pool';
import { formatInstant, type Instant } from '@ledger/shared/time';
import type { AccountRow } from './account-row.ts';

interface StoredAccount extends Omit<AccountRow, 'revision'> {
  readonly revision: bigint;
}

/** The rows of these accounts that exist, by account id. */
export async function readAccounts(tx: Connection, accountIds: readonly string[]): Promise<Map<string, AccountRow>> {
  const { rows } = await tx.query<StoredAccount>(
    `SELECT account_id AS "accountId", name, currency, decimals, metadata, balance,
            latest_effective_at AS "latestEffectiveAt", opened_at AS "openedAt", recorded_at AS "recordedAt",
            newest_line_recorded_at AS "newestLineRecordedAt", revision
       FROM accounts WHERE account_id = ANY ($1)`,
    [accountIds],
  );
  return new Map(rows.map((row) => [row.accountId, { ...row, revision: Number(row.revision) }]));
}

/** Writes the rows, new or changed, in one statement. What an account is opened with never changes. */
export async function writeAccounts(tx: Connection, rows: readonly AccountRow[]): Promise<void> {
  const instantOrNull = (instant: Instant | null) => (instant === null ? null : formatInstant(instant));
  await tx.query(
    `INSERT INTO accounts (account_id, name, currency, decimals, metadata, balance,
                           latest_effective_at, opened_at, recorded_at, newest_line_recorded_at, revision)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::jsonb[], $6::bigint[],
                          $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::bigint[])
     ON CONFLICT (account_id) DO UPDATE
       SET balance = excluded.balance, latest_effective_at = excluded.latest_effective_at,
           recorded_at = excluded.recorded_at,
           newest_line_recorded_at = excluded.newest_line_recorded_at, revision = excluded.revision`,
    [
      rows.map((row) => row.accountId),
      rows.map((row) => row.name),
      rows.map((row) => row.currency),
      rows.map((row) => row.decimals),
      rows.map((row) => JSON.stringify(row.metadata)),
      rows.map((row) => row.balance),
      rows.map((row) => instantOrNull(row.latestEffectiveAt)),
      rows.map((row) => formatInstant(row.openedAt)),
      rows.map((row) => formatInstant(row.recordedAt)),
      rows.map((row) => instantOrNull(row.newestLineRecordedAt)),
      rows.map((row) => row.revision),
    ],
  );
}
