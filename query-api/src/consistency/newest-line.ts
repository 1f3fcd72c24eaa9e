import { isUnavailable } from '@ledger/shared/database/errors';
import { fromRecordedEvent } from '@ledger/shared/events/account-event-json';
import { accountStream } from '@ledger/shared/events/streams';
import type { Instant } from '@ledger/shared/time';
import type { ReadSide } from '../read-side.ts';
import type { AccountEventRead } from './newest-event.ts';

/** So many events are looked at before PostgreSQL is asked. */
const firstStep = 8;

const longestStep = 500;

/**
 * When the newest deposit or withdrawal up to `newest` was recorded; null where there is none. Refusals since then are
 * read over, backwards, as far as they are not projected; without PostgreSQL, all of them.
 */
export async function newestLineRecordedAt(
  side: ReadSide,
  accountId: string,
  newest: AccountEventRead,
): Promise<Instant | null> {
  if (newest.context.account.latestEffectiveAt === null) return null;
  if (isLine(newest)) return newest.context.recordedAt;
  let projected: Projected | undefined;
  for (let end = newest.revision, step = firstStep; end > 0; step = Math.min(step * 8, longestStep)) {
    const start = Math.max(0, end - step, projected ? projected.revision + 1 : 0);
    const found = await newestLineBetween(side, accountId, start, end);
    if (found !== undefined) return found;
    projected ??= await projectedLine(side, accountId, newest.revision);
    if (projected && start <= projected.revision + 1) return projected.newestLineRecordedAt;
    end = start;
  }
  return null;
}

function isLine({ event }: AccountEventRead): boolean {
  return event?.type === 'Deposited' || event?.type === 'Withdrawn';
}

/** @param end not included */
async function newestLineBetween(
  { store }: ReadSide,
  accountId: string,
  start: number,
  end: number,
): Promise<Instant | undefined> {
  let found: Instant | undefined;
  if (end <= start) return undefined;
  for await (const recorded of store.readForwards(accountStream(accountId), start, end - start)) {
    const read = fromRecordedEvent(recorded);
    if (isLine(read)) found = read.context.recordedAt;
  }
  return found;
}

interface Projected {
  readonly revision: number;
  readonly newestLineRecordedAt: Instant | null;
}

/** Undefined where PostgreSQL does not know the account, has come further than `upTo`, or can't be asked. */
async function projectedLine({ pool }: ReadSide, accountId: string, upTo: number): Promise<Projected | undefined> {
  try {
    const { rows } = await pool.query<{ revision: bigint; newestLineRecordedAt: Instant | null }>({
      name: 'newest line',
      text: `SELECT revision, newest_line_recorded_at AS "newestLineRecordedAt" FROM accounts
              WHERE account_id = $1 AND revision <= $2`,
      values: [accountId, upTo],
    });
    return rows.map((row) => ({ ...row, revision: Number(row.revision) }))[0];
  } catch (error) {
    if (isUnavailable(error)) return undefined;
    throw error;
  }
}
