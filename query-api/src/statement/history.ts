import type { Pool } from '@ledger/shared/database/pool';
import {
  countBefore,
  type DatedLine,
  isBefore,
  type LineKey,
  type TreeNode,
} from '@ledger/shared/dated-tree/dated-tree';
import { unpackNode } from '@ledger/shared/dated-tree/packed-node';
import { formatInstant, type Instant } from '@ledger/shared/time';

/** A moment of an account: all that was recorded up to this revision. */
export interface Moment {
  readonly recordedAt: Instant;
  readonly revision: number;
}

/** The lines of an account that were known at a moment, as PostgreSQL has them. */
export interface StoredHistory {
  readonly currency: string;
  readonly decimals: number;
  readonly generation: number;
  /** The account's newest projected event. */
  readonly projected: Moment;
  /** The newest outcome known at the moment, a refusal included; null where there is none. */
  readonly newestOutcome: Moment | null;
  /** The tree of the newest version known then; null where there is none. */
  readonly root: TreeNode | null;
  /** The lines recorded after it, in the order recorded. */
  readonly tail: readonly DatedLine[];
}

interface HistoryRow {
  readonly currency: string;
  readonly decimals: number;
  readonly generation: number;
  readonly projectedAt: Instant;
  readonly projectedRevision: bigint;
  readonly root: Buffer | null;
  readonly versionRecordedAt: Instant | null;
  readonly versionRevision: bigint | null;
  /** Outcomes: effective_at, recorded_at, revision, delta. */
  readonly tail: readonly (readonly [string, string, number, string])[];
}

/** From one statement, so of one moment; undefined: the account is not projected. */
export async function readHistory(pool: Pool, accountId: string, upTo: Moment): Promise<StoredHistory | undefined> {
  const { rows } = await pool.query<HistoryRow>({
    name: 'history',
    text: `SELECT a.currency, a.decimals, c.generation, a.recorded_at AS "projectedAt", a.revision AS "projectedRevision",
                  v.root, v.recorded_at AS "versionRecordedAt", v.revision AS "versionRevision", t.tail
             FROM accounts a CROSS JOIN projection_checkpoint c
             LEFT JOIN LATERAL (
               SELECT recorded_at, revision, root FROM balance_history_versions
                WHERE account_id = a.account_id AND (recorded_at, revision) <= ($2, $3)
                ORDER BY recorded_at DESC, revision DESC LIMIT 1) v ON true
            CROSS JOIN LATERAL (
               SELECT coalesce(json_agg(json_build_array(effective_at, recorded_at, revision, delta::text)), '[]') AS tail
                 FROM transactions
                WHERE account_id = a.account_id AND (recorded_at, revision) <= ($2, $3)
                  AND (recorded_at, revision) > (coalesce(v.recorded_at, '-infinity'), coalesce(v.revision, -1))) t
            WHERE a.account_id = $1`,
    values: [accountId, formatInstant(upTo.recordedAt), upTo.revision],
  });
  return rows.map(fromRow)[0];
}

function fromRow(row: HistoryRow): StoredHistory {
  const { currency, decimals, generation, projectedAt, projectedRevision, root } = row;
  const outcomes = row.tail.map(
    ([effectiveAt, recordedAt, revision, delta]): DatedLine => ({
      effectiveAt: Date.parse(effectiveAt),
      recordedAt: Date.parse(recordedAt),
      revision,
      delta: BigInt(delta),
    }),
  );
  return {
    currency,
    decimals,
    generation,
    projected: { recordedAt: projectedAt, revision: Number(projectedRevision) },
    newestOutcome: newestOf(outcomes) ?? versionMoment(row),
    root: root && unpackNode(root),
    tail: outcomes.filter(({ delta }) => delta !== 0n),
  };
}

function versionMoment({ versionRecordedAt, versionRevision }: HistoryRow): Moment | null {
  return versionRecordedAt === null ? null : { recordedAt: versionRecordedAt, revision: Number(versionRevision) };
}

export function newestOf(moments: readonly Moment[]): Moment | undefined {
  let newest: Moment | undefined;
  for (const { recordedAt, revision } of moments) {
    if (!newest || revision > newest.revision) newest = { recordedAt, revision };
  }
  return newest;
}

/** Lines in the order of effective date, with the sum of those before each. */
export interface SummedLines {
  readonly lines: readonly DatedLine[];
  sumBefore(key: LineKey): bigint;
}

export function summedLines(unordered: readonly DatedLine[]): SummedLines {
  const lines = unordered.toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
  const sums = [0n];
  let sum = 0n;
  for (const { delta } of lines) {
    sum += delta;
    sums.push(sum);
  }
  return { lines, sumBefore: (key) => sums[countBefore(lines, key)] ?? 0n };
}
