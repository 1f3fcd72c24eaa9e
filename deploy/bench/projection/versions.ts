import { setTimeout as delay } from 'node:timers/promises';
import type { ClientBase } from 'pg';

/** Revisions from one version of an account's dated history to the next (projector/migrations). */
export const VERSION_REVISIONS = 256;

const ASK_EVERY_MS = 100;
const STALLED_AFTER_MS = 10_000;

/**
 * Waits until every account has all versions of its dated history.
 * @returns how many are missing in the end: 0, or what they were when none had come for ten seconds
 */
export async function untilVersionsMade(database: ClientBase): Promise<number> {
  let fewest = Number.POSITIVE_INFINITY;
  let stalledAt = 0;
  for (;;) {
    const missing = await missingVersions(database);
    if (missing === 0) return 0;
    if (missing < fewest) {
      fewest = missing;
      stalledAt = performance.now() + STALLED_AFTER_MS;
    }
    if (performance.now() > stalledAt) return missing;
    await delay(ASK_EVERY_MS);
  }
}

/** The same. @throws Error where some are not made */
export async function expectVersionsMade(database: ClientBase): Promise<void> {
  const missing = await untilVersionsMade(database);
  if (missing > 0) throw new Error(`${missing} versions of dated histories are not made`);
}

async function missingVersions(database: ClientBase): Promise<number> {
  const { rows } = await database.query<{ missing: string }>({
    name: 'missing versions',
    text: `SELECT coalesce(sum((a.revision + 1) / $1::bigint - (coalesce(v.revision, -1) + 1) / $1), 0) AS missing
             FROM accounts a LEFT JOIN LATERAL (
               SELECT revision FROM balance_history_versions WHERE account_id = a.account_id
                ORDER BY recorded_at DESC, revision DESC LIMIT 1) v ON true
            WHERE a.revision >= $1 - 1`,
    values: [VERSION_REVISIONS],
  });
  return Number(rows[0]?.missing);
}
