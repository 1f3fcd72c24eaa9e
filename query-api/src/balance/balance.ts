import type { Pool } from '@ledger/shared/database/pool';
import { deltaOf } from '@ledger/shared/events/account-events';
import { formatInstant, type Instant } from '@ledger/shared/time';
import { type AccountEventRead, newestLineRecordedAt, readNewest } from '../consistency/newest-event.ts';
import { rowThatSuffices } from '../consistency/row-that-suffices.ts';
import { readTail, type Tail } from '../consistency/stream-tail.ts';
import type { Wanted } from '../consistency/wanted.ts';
import type { ReadSide } from '../read-side.ts';

/** A balance, in minor units, as known at a revision of its account. */
export interface Balance {
  readonly currency: string;
  readonly decimals: number;
  readonly balance: bigint;
  readonly revision: number;
  /** When the newest line that it counts was recorded; null where it counts none. */
  readonly recordedAt: Instant | null;
}

/**
 * The balance as of `at`, lines of that very instant included; undefined: now.
 * @throws Problem account-not-found, and those of a read that waits.
 */
export async function readBalance(
  side: ReadSide,
  accountId: string,
  at: Instant | undefined,
  wanted: Wanted,
): Promise<Balance> {
  const { pool, store } = side;
  const row = await rowThatSuffices(wanted, () =>
    at === undefined ? currentBalance(pool, accountId) : balanceAsOf(pool, accountId, at),
  );
  if (row) return row;
  const newest = await readNewest(side, accountId, wanted);
  if (at === undefined || countsEverything(newest, at)) {
    const { currency, decimals, balance } = newest.context.account;
    const recordedAt = await newestLineRecordedAt(store, accountId, newest);
    return { currency, decimals, balance, revision: newest.revision, recordedAt };
  }
  const projected = await balanceAsOf(pool, accountId, at);
  return withTail(projected, await readTail(side, accountId, projected?.revision), at);
}

function countsEverything({ context }: AccountEventRead, at: Instant): boolean {
  const { latestEffectiveAt } = context.account;
  return latestEffectiveAt === null || at >= latestEffectiveAt;
}

function withTail(projected: Balance | undefined, tail: Tail, at: Instant): Balance {
  let balance = projected?.balance ?? 0n;
  let recordedAt = projected?.recordedAt ?? null;
  for (const { event, context } of tail.events) {
    if (event?.type !== 'Deposited' && event?.type !== 'Withdrawn') continue;
    if (event.effectiveAt > at) continue;
    balance += deltaOf(event);
    recordedAt = context.recordedAt;
  }
  const { currency, decimals } = tail.account;
  return { currency, decimals, balance, revision: tail.revision, recordedAt };
}

interface StoredBalance extends Omit<Balance, 'balance' | 'revision'> {
  /** A sum is numeric. */
  readonly balance: bigint | string;
  readonly revision: bigint;
}

async function currentBalance(pool: Pool, accountId: string): Promise<Balance | undefined> {
  const { rows } = await pool.query<StoredBalance>(
    `SELECT currency, decimals, balance, revision,
            (SELECT h.recorded_at FROM balance_history h WHERE h.account_id = a.account_id
              ORDER BY h.recorded_at DESC, h.revision DESC LIMIT 1) AS "recordedAt"
       FROM accounts a WHERE account_id = $1`,
    [accountId],
  );
  return rows.map(fromStored)[0];
}

/** Revision and sum from one statement, so from one moment. */
async function balanceAsOf(pool: Pool, accountId: string, at: Instant): Promise<Balance | undefined> {
  const { rows } = await pool.query<StoredBalance>(
    `SELECT a.currency, a.decimals, a.revision, coalesce(h.balance, 0) AS balance, h.recorded_at AS "recordedAt"
       FROM accounts a CROSS JOIN LATERAL (
         SELECT sum(delta) AS balance, max(recorded_at) AS recorded_at FROM balance_history
          WHERE account_id = a.account_id AND effective_at <= $2 AND revision <= a.revision) h
      WHERE a.account_id = $1`,
    [accountId, formatInstant(at)],
  );
  return rows.map(fromStored)[0];
}

function fromStored(row: StoredBalance): Balance {
  return { ...row, balance: BigInt(row.balance), revision: Number(row.revision) };
}
