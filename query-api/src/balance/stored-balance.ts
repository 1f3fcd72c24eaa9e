import type { Pool } from '@ledger/shared/database/pool';
import { afterInstant } from '@ledger/shared/dated-tree/dated-tree';
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
export async function storedBalance(pool: Pool, accountId: string, dates: Dates): Promise<StoredBalance | undefined> {
  const { at, knownAt } = dates;
  return at === undefined && knownAt === undefined
    ? currentBalance(pool, accountId)
    : datedBalance(pool, accountId, dates);
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

async function currentBalance(pool: Pool, accountId: string): Promise<StoredBalance | undefined> {
  const { rows } = await pool.query<AccountColumns & { balance: bigint; recordedAt: Instant | null }>({
    name: 'current balance',
    text: `SELECT ${accountColumns}, balance, newest_line_recorded_at AS "recordedAt"
             FROM accounts a, projection_checkpoint WHERE account_id = $1`,
    values: [accountId],
  });
  const [row] = rows;
  if (!row) return undefined;
  const account = ofAccount(row);
  return { ...account, balance: row.balance, revision: account.projected.revision, recordedAt: row.recordedAt };
}

interface DatedColumns extends AccountColumns {
  /** Of the newest version known then; null where there is none. */
  readonly root: Buffer | null;
  readonly versionRevision: bigint | null;
  /** The lines recorded after it, a sum of bigints being numeric; null where there are none. */
  readonly tailSum: string;
  readonly tailRecordedAt: Instant | null;
  readonly tailRevision: bigint | null;
}

/**
 * From the newest version of the account's dated history that was recorded by `knownAt`: what its tree has up to `at`, and
 * the lines recorded after it. One statement, so of one moment; the tree's nodes, which never change, are read after it.
 */
async function datedBalance(pool: Pool, accountId: string, dates: Dates): Promise<StoredBalance | undefined> {
  const { at = latestInstant, knownAt } = dates;
  const { rows } = await pool.query<DatedColumns>({
    name: 'dated balance',
    text: `SELECT ${accountColumns}, v.root, v.revision AS "versionRevision", t.sum AS "tailSum",
                  t.recorded_at AS "tailRecordedAt", t.revision AS "tailRevision"
             FROM accounts a CROSS JOIN projection_checkpoint
             LEFT JOIN LATERAL (
               SELECT recorded_at, revision, root FROM balance_history_versions
                WHERE account_id = a.account_id AND recorded_at <= $3
                ORDER BY recorded_at DESC, revision DESC LIMIT 1) v ON true
            CROSS JOIN LATERAL (
               SELECT coalesce(sum(delta) FILTER (WHERE effective_at <= $2), 0) AS sum,
                      max(recorded_at) FILTER (WHERE effective_at <= $2 AND delta <> 0) AS recorded_at,
                      max(revision) AS revision
                 FROM transactions
                WHERE account_id = a.account_id AND recorded_at <= $3
                  AND (recorded_at, revision) > (coalesce(v.recorded_at, '-infinity'), coalesce(v.revision, -1))) t
            WHERE account_id = $1`,
    values: [accountId, formatInstant(at), knownAt === undefined ? 'infinity' : formatInstant(knownAt)],
  });
  const [row] = rows;
  if (!row) return undefined;
  const nodes = storedNodes(pool, 'balance_history_nodes');
  const ofVersion = row.root ? await sumBefore(unpackNode(row.root), afterInstant(at), nodes) : noLines;
  const { sum, recordedAt } = plus(ofVersion, { sum: BigInt(row.tailSum), recordedAt: row.tailRecordedAt });
  const account = ofAccount(row);
  const knownRevision = Number(row.tailRevision ?? row.versionRevision ?? 0);
  const revision = knownAt === undefined ? account.projected.revision : knownRevision;
  return { ...account, balance: sum, revision, recordedAt };
}
