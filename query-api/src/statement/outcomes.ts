import type { Pool } from '@ledger/shared/database/pool';
import { formatInstant } from '@ledger/shared/time';
import { fromStored, type Outcome, outcomeColumns, type StoredOutcome } from '../transaction/outcome.ts';
import type { Place } from './places.ts';

/** What a statement shows of a transaction. */
export interface Entry extends Outcome {
  /** How it changed the balance: in minor units, 0 where it was refused. */
  readonly delta: bigint;
  /** The balance after it, in the order of effective date. */
  readonly runningBalance: bigint;
}

/** The outcomes at some places, of which `unprojected` has those that PostgreSQL has not. */
export async function entriesAt(
  pool: Pool,
  accountId: string,
  places: readonly Place[],
  unprojected: ReadonlyMap<number, Outcome>,
): Promise<readonly Entry[]> {
  const stored = places.filter(({ revision }) => !unprojected.has(revision));
  const outcomes = await readOutcomes(pool, accountId, stored);
  return places.map(({ revision, delta, runningBalance }) => {
    const outcome = unprojected.get(revision) ?? outcomes.get(revision);
    if (!outcome)
      throw new Error(`the dated history of account ${accountId} has revision ${revision}, its outcomes have not`);
    return { ...outcome, delta, runningBalance };
  });
}

async function readOutcomes(
  pool: Pool,
  accountId: string,
  places: readonly Place[],
): Promise<ReadonlyMap<number, Outcome>> {
  if (places.length === 0) return new Map();
  const { rows } = await pool.query<StoredOutcome>({
    name: 'outcomes',
    // The limit keeps the planner from reading all of the account's rows first.
    text: `SELECT t.* FROM unnest($2::timestamptz[], $3::bigint[]) AS place (recorded_at, revision)
            CROSS JOIN LATERAL (
              SELECT ${outcomeColumns} FROM transactions t
               WHERE t.account_id = $1 AND t.recorded_at = place.recorded_at AND t.revision = place.revision LIMIT 1) t`,
    values: [
      accountId,
      places.map(({ recordedAt }) => formatInstant(recordedAt)),
      places.map(({ revision }) => revision),
    ],
  });
  return new Map(rows.map(fromStored).map((outcome) => [outcome.revision, outcome]));
}
