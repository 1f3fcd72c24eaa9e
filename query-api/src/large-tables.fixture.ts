import { createPool, type Pool } from '@ledger/shared/database/pool';
import { withTransaction } from '@ledger/shared/database/transaction';
import { type DatedLine, isBefore, type TreeNode } from '@ledger/shared/dated-tree/dated-tree';
import { emptyTree, mergeLines } from '@ledger/shared/dated-tree/merge-lines';
import { packNode } from '@ledger/shared/dated-tree/packed-node';
import { type NodesTable, writeNodes } from '@ledger/shared/dated-tree/stored-nodes';
import { createLog } from '@ledger/shared/log';
import { metadataEntry } from '@ledger/shared/metadata-entry';
import { formatInstant, type Instant } from '@ledger/shared/time';
import { writeLongHistory } from '../../deploy/test/long-history-rows.fixture.ts';
import { migratedDatabase } from '../../deploy/test/postgres.fixture.ts';

/** So many that a scan is dearer than a look-up, and is told from one by its rows. */
const rowsOfEach = 20_000;
/** More, for the pages of a list. */
const accounts = 50_000;
const start: Instant = Date.parse('2020-01-01T00:00:00Z');
const minute = 60_000;

/** When the n-th outcome of `long` is recorded; each tenth is a refusal, and each tenth counts from a day before. */
export const recordedAtOf = (revision: number): Instant => start + revision * minute;
/** `long` has half of all outcomes. */
export const longOutcomes = rowsOfEach / 2;
/** The newest outcomes of `long` that have no version. */
const tail = 200;

let database: Promise<string> | undefined;

/**
 * A database with large tables, as the projector leaves them: 50,000 accounts of which each hundredth is of one city and
 * three of the rarest team, 10,000 of them with an outcome each; an account named `long` with 10,000 outcomes and two
 * versions; and long histories of `long-1000` and `long-100000`, by the name. Made once for all who only read it.
 */
export function largeDatabase(): Promise<string> {
  database ??= fillDatabase();
  return database;
}

async function fillDatabase(): Promise<string> {
  const url = await migratedDatabase();
  const pool = createPool(url, { log: createLog('test', 'silent'), statementTimeoutMs: 60_000 });
  for (const lines of [1_000, 100_000]) await writeLongHistory(pool, `long-${lines}`, lines, 10);
  await fillLargeTables(pool);
  await pool.end();
  return url;
}

async function fillLargeTables(pool: Pool): Promise<void> {
  await pool.query(
    `INSERT INTO accounts (account_id, name, currency, decimals, metadata, balance, latest_effective_at, opened_at,
                           recorded_at, newest_line_recorded_at, revision)
     SELECT id, 'Name ' || n % 5000, 'EUR', 2, '{}', 1, $2, $2, $3, $3, CASE WHEN n = 0 THEN $4 ELSE 1 END
       FROM (SELECT n, CASE WHEN n = 0 THEN 'long' ELSE 'account-' || n END AS id
               FROM generate_series(0, $1::integer - 1) n) account`,
    [accounts, formatInstant(start), formatInstant(recordedAtOf(longOutcomes)), longOutcomes],
  );
  await pool.query(
    `INSERT INTO account_metadata (entry, account_id)
     SELECT $2::bytea, 'account-' || n FROM generate_series(0, $1::integer - 1) n
      UNION ALL SELECT $3::bytea, 'account-' || n FROM generate_series(7, 9) n
      UNION ALL SELECT $4::bytea, 'account-' || n FROM generate_series(0, $1::integer - 1, 100) n`,
    [accounts, metadataEntry('kind', 'user'), metadataEntry('team', 'rare'), metadataEntry('city', 'Brno')],
  );
  await pool.query(
    `INSERT INTO transactions (transaction_id, account_id, type, outcome, amount, delta, effective_at, recorded_at,
                               description, metadata, balance, reason, shortfall, revision)
     SELECT 'n-' || n, CASE WHEN n <= $2 THEN 'long' ELSE 'account-' || n END, 'deposit',
            CASE WHEN is_refused THEN 'refused' ELSE 'accepted' END, 1, CASE WHEN is_refused THEN 0 ELSE 1 END,
            $3::timestamptz + (n - CASE WHEN n % 10 = 3 THEN 1440 ELSE 0 END) * interval '1 minute',
            $3::timestamptz + n * interval '1 minute', '', '{}', 0, CASE WHEN is_refused THEN 'insufficient-funds' END,
            CASE WHEN is_refused THEN 1 END, CASE WHEN n <= $2 THEN n ELSE 1 END
       FROM (SELECT n, n % 10 = 0 AS is_refused FROM generate_series(1, $1::integer) n) outcome`,
    [rowsOfEach, longOutcomes, formatInstant(start)],
  );
  const versions = await writeTree(pool, 'balance_history_nodes', [longOutcomes - 1_100, longOutcomes - tail]);
  await pool.query(
    `INSERT INTO balance_history_versions (account_id, recorded_at, revision, root)
     SELECT 'other-' || n, $2::timestamptz, n, '\\x00' FROM generate_series(1, $1::integer) n
      UNION ALL SELECT 'long', * FROM unnest($3::timestamptz[], $4::bigint[], $5::bytea[])`,
    [
      rowsOfEach,
      formatInstant(start),
      versions.map((version) => formatInstant(recordedAtOf(version.outcomes))),
      versions.map((version) => version.outcomes),
      versions.map((version) => version.root),
    ],
  );
  for (const { root } of await writeTree(pool, 'totals_nodes', [longOutcomes])) {
    await pool.query(`INSERT INTO totals (currency, decimals, root) VALUES ('EUR', 2, $1)`, [root]);
  }
  for (const table of ['balance_history_nodes', 'totals_nodes']) {
    await pool.query(`INSERT INTO ${table} SELECT n, '\\x00' FROM generate_series(1000000, $1::integer + 999999) n`, [
      rowsOfEach,
    ]);
  }
  await pool.query('ANALYZE');
}

interface Version {
  readonly outcomes: number;
  readonly root: Buffer;
}

/** Versions of the history of `long`, with the first so many of its outcomes each. */
async function writeTree(pool: Pool, table: NodesTable, outcomes: readonly number[]): Promise<readonly Version[]> {
  const nodes = new Map<number, TreeNode>();
  const read = async (nodeId: number) => nodes.get(nodeId) ?? emptyTree;
  let root = emptyTree;
  let before = 0;
  // Those of the sequence, and of rows that nothing leads to, are lower.
  let lastId = 2_000_000;
  const newId = () => ++lastId;
  const versions: Version[] = [];
  for (const upTo of outcomes) {
    const merged = await mergeLines(root, linesOf(before, upTo), read, newId);
    for (const { nodeId, node } of merged.written) nodes.set(nodeId, node);
    root = merged.root;
    before = upTo;
    versions.push({ outcomes: upTo, root: packNode(root) });
  }
  const written = [...nodes].map(([nodeId, node]) => ({ nodeId, node }));
  await withTransaction(pool, (tx) => writeNodes(tx, table, written));
  return versions;
}

function linesOf(after: number, upTo: number): DatedLine[] {
  const lines = Array.from({ length: upTo - after }, (_, index): DatedLine => {
    const revision = after + index + 1;
    const recordedAt = recordedAtOf(revision);
    return { revision, recordedAt, effectiveAt: recordedAt - (revision % 10 === 3 ? 1_440 * minute : 0), delta: 1n };
  });
  return lines.filter(({ revision }) => revision % 10 !== 0).sort((a, b) => (isBefore(a, b) ? -1 : 1));
}
