import type { Pool } from '@ledger/shared/database/pool';
import type { Instant } from '@ledger/shared/time';
import { makeVersions, versionSizes } from '../../projector/src/read-models/balance-history/make-versions.ts';
import { createNodeIds } from '../../projector/src/read-models/node-ids.ts';

export const firstRecordedAt: Instant = Date.parse('2020-01-01T00:00:00Z');
const minute = 60_000;

/** When the n-th line is recorded: one a minute. */
export const recordedAtOf = (revision: number): Instant => firstRecordedAt + revision * minute;

/**
 * Rows of an account with so many deposits, as the projector leaves them: one of `oneIn` lines counts from a random date
 * before it was recorded, the others from when they were recorded.
 */
export async function writeLongHistory(pool: Pool, accountId: string, lines: number, oneIn: number): Promise<void> {
  const newest = new Date(recordedAtOf(lines)).toISOString();
  const start = new Date(firstRecordedAt).toISOString();
  await pool.query(
    `INSERT INTO accounts (account_id, name, currency, decimals, metadata, balance, latest_effective_at, opened_at,
                           recorded_at, newest_line_recorded_at, revision)
     SELECT $1, $1, 'EUR', 2, '{}', sum(n % 1000 + 1), $3, $4, $3, $3, $2::bigint FROM generate_series(1, $2::bigint) n`,
    [accountId, lines, newest, start],
  );
  await pool.query('SELECT setseed(0.5)');
  await pool.query(
    `INSERT INTO transactions (transaction_id, account_id, type, outcome, amount, delta, effective_at, recorded_at,
                               description, metadata, balance, revision)
     SELECT 't-' || n, $1, 'deposit', 'accepted', n % 1000 + 1, n % 1000 + 1,
            $3::timestamptz + CASE WHEN n % $4 = 0 THEN random() ELSE 1 END * n * interval '1 minute',
            $3::timestamptz + n * interval '1 minute', '', '{}', 0, n
       FROM generate_series(1, $2::integer) n`,
    [accountId, lines, start, oneIn],
  );
  const ids = createNodeIds();
  while (await makeVersions(pool, ids, accountId, versionSizes));
  await pool.query('ANALYZE');
}
