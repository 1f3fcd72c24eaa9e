import type { Connection } from '@ledger/shared/database/pool';
import { formatInstant } from '@ledger/shared/time';
import type { StatementLine } from './line.ts';
import type { PageRange } from './range.ts';

/** What PostgreSQL knows of an account for a page: its revision, and sums of its lines in minor units. */
export interface StatementSums {
  readonly currency: string;
  readonly decimals: number;
  readonly revision: number;
  /** Of the lines before the statement's first date, and up to its last. */
  readonly opening: bigint;
  readonly closing: bigint;
  /** Of the lines before the page's start. */
  readonly beforePage: bigint;
}

/** Only lines up to `mostRevision` count. Undefined: the account is not projected. */
export async function readSums(
  tx: Connection,
  accountId: string,
  { from, to, start }: PageRange,
  mostRevision: number,
): Promise<StatementSums | undefined> {
  const { rows } = await tx.query<
    Record<'opening' | 'closing' | 'beforePage', string> & { currency: string; decimals: number; revision: bigint }
  >(
    `SELECT a.currency, a.decimals, a.revision, h.opening, h.closing, h.before_page AS "beforePage"
       FROM accounts a CROSS JOIN LATERAL (
         SELECT coalesce(sum(delta) FILTER (WHERE effective_at < $2), 0) AS opening, coalesce(sum(delta), 0) AS closing,
                coalesce(sum(delta) FILTER (WHERE (effective_at, revision) < ($4, $5)), 0) AS before_page
           FROM balance_history
          WHERE account_id = a.account_id AND effective_at <= $3 AND revision <= least(a.revision, $6)) h
      WHERE a.account_id = $1`,
    [accountId, formatInstant(from), formatInstant(to), formatInstant(start.effectiveAt), start.revision, mostRevision],
  );
  return rows.map(({ currency, decimals, revision, ...sums }) => ({
    currency,
    decimals,
    revision: Number(revision),
    opening: BigInt(sums.opening),
    closing: BigInt(sums.closing),
    beforePage: BigInt(sums.beforePage),
  }))[0];
}

interface StoredLine extends Omit<StatementLine, 'amount' | 'revision'> {
  readonly amount: string;
  readonly revision: bigint;
}

/** At most `limit` lines of the page, in its order. */
export async function readLines(
  tx: Connection,
  accountId: string,
  { from, to, start, order }: PageRange,
  mostRevision: number,
  limit: number,
): Promise<readonly StatementLine[]> {
  const [comparison, direction] = order === 'asc' ? ['>=', 'ASC'] : ['<', 'DESC'];
  const { rows } = await tx.query<StoredLine>(
    `SELECT transaction_id AS "transactionId", type, amount, h.effective_at AS "effectiveAt", h.recorded_at AS "recordedAt",
            description, metadata, balance, h.delta, h.revision
       FROM balance_history h JOIN transactions t ON t.account_id = h.account_id AND t.revision = h.revision
      WHERE h.account_id = $1 AND h.effective_at BETWEEN $2 AND $3
        AND (h.effective_at, h.revision) ${comparison} ($4, $5) AND h.revision <= $6
      ORDER BY h.effective_at ${direction}, h.revision ${direction} LIMIT $7`,
    [
      accountId,
      formatInstant(from),
      formatInstant(to),
      formatInstant(start.effectiveAt),
      start.revision,
      mostRevision,
      limit,
    ],
  );
  return rows.map((row) => ({ ...row, amount: BigInt(row.amount), revision: Number(row.revision) }));
}
