import type { Pool } from '@ledger/shared/database/pool';
import { type DatedLine, isBefore } from '@ledger/shared/dated-tree/dated-tree';
import { formatInstant } from '@ledger/shared/time';
import type { Moment } from './history.ts';
import type { Stretch } from './range.ts';

type RefusalRow = Pick<DatedLine, 'effectiveAt' | 'recordedAt'> & { readonly revision: bigint };

const textOf = {
  asc: `SELECT effective_at AS "effectiveAt", recorded_at AS "recordedAt", revision FROM transactions
         WHERE account_id = $1 AND outcome = 'refused' AND revision <= $2
           AND (effective_at, revision) >= ($3, $4) AND (effective_at, revision) < ($5, $6)
         ORDER BY effective_at, revision LIMIT $7`,
  desc: `SELECT effective_at AS "effectiveAt", recorded_at AS "recordedAt", revision FROM transactions
          WHERE account_id = $1 AND outcome = 'refused' AND revision <= $2
            AND (effective_at, revision) >= ($3, $4) AND (effective_at, revision) < ($5, $6)
          ORDER BY effective_at DESC, revision DESC LIMIT $7`,
};

/** The refusals of a stretch that were known at a moment (null: none), `atOnce` at a time, as lines that change nothing. */
export async function* storedRefusals(
  pool: Pool,
  accountId: string,
  upTo: Moment | null,
  { begin, end, order }: Stretch,
  atOnce: number,
): AsyncGenerator<readonly DatedLine[]> {
  if (!upTo) return;
  let from = begin;
  // What was known by then has no later date: those refused since are not even looked at, but for backdated ones.
  const latest = { effectiveAt: upTo.recordedAt, revision: upTo.revision + 1 };
  let to = isBefore(latest, end) ? latest : end;
  for (;;) {
    const { rows } = await pool.query<RefusalRow>({
      name: `refusals ${order}`,
      text: textOf[order],
      values: [
        accountId,
        upTo.revision,
        formatInstant(from.effectiveAt),
        from.revision,
        formatInstant(to.effectiveAt),
        to.revision,
        atOnce,
      ],
    });
    const refusals = rows.map((row) => ({ ...row, revision: Number(row.revision), delta: 0n }));
    if (refusals.length > 0) yield refusals;
    const last = refusals.at(-1);
    if (!last || refusals.length < atOnce) return;
    if (order === 'asc') from = { ...last, revision: last.revision + 1 };
    else to = last;
  }
}
