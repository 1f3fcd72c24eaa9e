import type { Pool } from '@ledger/shared/database/pool';
import { readTogether } from '@ledger/shared/database/read-together';
import { afterInstant, type Nodes } from '@ledger/shared/dated-tree/dated-tree';
import { unpackNode } from '@ledger/shared/dated-tree/packed-node';
import { storedNodes } from '@ledger/shared/dated-tree/stored-nodes';
import { noLines, plus, sumBefore } from '@ledger/shared/dated-tree/sum-before';
import { formatInstant, type Instant, latestInstant } from '@ledger/shared/time';

/** Which lines count: both dates included, and without one of them all. */
export interface Dates {
  readonly at: Instant | undefined;
  readonly knownAt: Instant | undefined;
}

/** A balance as PostgreSQL knows it, in minor units. */
export interface StoredBalance {
  readonly currency: string;
  readonly decimals: number;
  readonly balance: bigint;
  /** Of the account, as of which it is known; with `knownAt`, of the newest outcome recorded until then, 0 where none was. */
  readonly revision: number;
  /** When the newest line that it counts was recorded; null where it counts none. */
  readonly recordedAt: Instant | null;
  /** The account's newest projected event. */
  readonly projected: { readonly revision: number; readonly recordedAt: Instant };
  readonly generation: number;
}

/** Undefined: the account is not projected. */
export type StoredBalances = (accountId: string, dates: Dates) => Promise<StoredBalance | undefined>;

/** What is asked for at the same time is read together. */
const limits = { statements: 2, keys: 100 };

export function createStoredBalances(pool: Pool): StoredBalances {
  const current = readTogether((accountIds: readonly string[]) => currentBalances(pool, accountIds), limits);
  const dated = readTogether((asked: readonly Asked[]) => datedRows(pool, asked), limits);
  const nodes = storedNodes(pool, 'balance_history_nodes');

  return async function storedBalance(accountId, dates) {
    const { at = latestInstant, knownAt } = dates;
    if (dates.at === undefined && knownAt === undefined) return current(accountId);
    const row = await dated({ accountId, at, knownAt });
    return row && datedBalance(row, at, knownAt, nodes);
  };
}

interface AccountColumns {
  readonly currency: string;
  readonly decimals: number;
  readonly projectedRevision: bigint;
  readonly projectedAt: Instant;
  readonly generation: number;
}

const accountColumns = `currency, decimals, a.revision AS "projectedRevision", a.recorded_at AS "projectedAt", generation`;

function ofAccount({ currency, decimals, projectedRevision, projectedAt, generation }: AccountColumns) {
  const projected = { revision: Number(projectedRevision), recordedAt: projectedAt };
  return { currency, decimals, projected, generation };
}

interface CurrentColumns extends AccountColumns {
  readonly accountId: string;
  readonly balance: bigint;
  readonly recordedAt: Instant | null;
}

async function currentBalances(
  pool: Pool,
  accountIds: readonly string[],
): Promise<readonly (StoredBalance | undefined)[]> {
  const { rows } = await pool.query<CurrentColumns>({
    name: 'current balances',
    text: `SELECT account_id AS "accountId", ${accountColumns}, balance, newest_line_recorded_at AS "recordedAt"
             FROM accounts a, projection_checkpoint WHERE account_id = ANY ($1)`,
    values: [accountIds],
  });
  const found = new Map(rows.map((row) => [row.accountId, row]));
  return accountIds.map((accountId) => {
    const row = found.get(accountId);
    if (!row) return undefined;
    const account = ofAccount(row);
    return { ...account, balance: row.balance, revision: account.projected.revision, recordedAt: row.recordedAt };
  });
}

interface Asked {
  readonly accountId: string;
  readonly at: Instant;
  readonly knownAt: Instant | undefined;
}

interface DatedColumns extends AccountColumns {
  /** Of the newest version known then; null where there is none. */
  readonly root: Buffer | null;
  readonly versionRevision: bigint | null;
  /** The lines recorded after it, a sum of bigints being numeric. */
  readonly tailSum: string;
  readonly tailRecordedAt: Instant | null;
  readonly tailRevision: bigint | null;
  readonly place: bigint;
}

/**
 * For each: the newest version of the account's dated history that was recorded by `knownAt`, and what the lines recorded
 * after it come to. One statement, so of one moment; the version's nodes, which never change, are read after it.
 */
async function datedRows(pool: Pool, asked: readonly Asked[]): Promise<readonly (DatedColumns | undefined)[]> {
  const { rows } = await pool.query<DatedColumns>({
    name: 'dated balances',
    text: `SELECT place, ${accountColumns}, v.root, v.revision AS "versionRevision", t.sum AS "tailSum",
                  t.recorded_at AS "tailRecordedAt", t.revision AS "tailRevision"
             FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[])
                  WITH ORDINALITY AS asked (account_id, at, known_at, place)
             JOIN accounts a USING (account_id)
            CROSS JOIN projection_checkpoint
             LEFT JOIN LATERAL (
               SELECT recorded_at, revision, root FROM balance_history_versions
                WHERE account_id = a.account_id AND recorded_at <= known_at
                ORDER BY recorded_at DESC, revision DESC LIMIT 1) v ON true
            CROSS JOIN LATERAL (
               SELECT coalesce(sum(delta) FILTER (WHERE effective_at <= at), 0) AS sum,
                      max(recorded_at) FILTER (WHERE effective_at <= at AND delta <> 0) AS recorded_at,
                      max(revision) AS revision
                 FROM transactions
                WHERE account_id = a.account_id AND recorded_at <= known_at
                  AND (recorded_at, revision) > (coalesce(v.recorded_at, '-infinity'), coalesce(v.revision, -1))) t`,
    values: [
      asked.map(({ accountId }) => accountId),
      asked.map(({ at }) => formatInstant(at)),
      asked.map(({ knownAt }) => (knownAt === undefined ? 'infinity' : formatInstant(knownAt))),
    ],
  });
  const found = new Map(rows.map((row) => [Number(row.place), row]));
  return asked.map((_, index) => found.get(index + 1));
}

async function datedBalance(
  row: DatedColumns,
  at: Instant,
  knownAt: Instant | undefined,
  nodes: Nodes,
): Promise<StoredBalance> {
  const ofVersion = row.root ? await sumBefore(unpackNode(row.root), afterInstant(at), nodes) : noLines;
  const { sum, recordedAt } = plus(ofVersion, { sum: BigInt(row.tailSum), recordedAt: row.tailRecordedAt });
  const account = ofAccount(row);
  const knownRevision = Number(row.tailRevision ?? row.versionRevision ?? 0);
  const revision = knownAt === undefined ? account.projected.revision : knownRevision;
  return { ...account, balance: sum, revision, recordedAt };
}
