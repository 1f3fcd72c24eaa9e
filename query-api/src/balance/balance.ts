import { isUnavailable } from '@ledger/shared/database/errors';
import { type LinesSum, plus } from '@ledger/shared/dated-tree/sum-before';
import { deltaOf } from '@ledger/shared/events/account-events';
import { Problem } from '@ledger/shared/problems';
import type { Instant } from '@ledger/shared/time';
import { type AccountEventRead, readNewest } from '../consistency/newest-event.ts';
import { newestLineRecordedAt } from '../consistency/newest-line.ts';
import { readTail, type Tail } from '../consistency/stream-tail.ts';
import { suffices, type Wanted } from '../consistency/wanted.ts';
import type { ReadSide } from '../read-side.ts';
import { createStoredBalances, type Dates, type StoredBalance, type StoredBalances } from './stored-balance.ts';

/** A balance, in minor units. */
export interface Balance {
  readonly currency: string;
  readonly decimals: number;
  readonly balance: bigint;
  /** Of the account, as of which it is known; with `knownAt`, of the newest outcome recorded until then, 0 where none was. */
  readonly revision: number;
  /** When the newest line that it counts was recorded; null where it counts none. */
  readonly recordedAt: Instant | null;
  /** Whether nothing that is still recorded can change it. */
  readonly final: boolean;
  /** Of the read models; null where the event store alone has told the balance. */
  readonly generation: number | null;
}

export type Balances = (accountId: string, dates: Dates, wanted: Wanted) => Promise<Balance>;

/**
 * The balance as of `at`, as it was known at `knownAt`; without one of them, as of now, or as it is known now.
 * @returns a function that throws Problem account-not-found, and those of a read that waits
 */
export function createBalances(side: ReadSide): Balances {
  const storedBalance = createStoredBalances(side.pool);

  return async function readBalance(accountId, dates, wanted) {
    const stored = await storedWhereUseful(storedBalance, accountId, dates, wanted);
    if (stored && isFinal(stored, dates)) return ofStored(stored, true);
    if (suffices(wanted, stored?.projected.revision)) {
      if (!stored) throw new Problem('account-not-found', 'no account with this id is projected');
      return ofStored(stored, false);
    }
    const newest = await readNewest(side, accountId, wanted);
    if (tellsBalance(newest, dates)) return ofNewest(newest, await newestLineRecordedAt(side, accountId, newest));
    const known = stored ?? (await storedBalance(accountId, dates));
    return withTail(known, await readTail(side, accountId, known?.projected.revision), dates);
  };
}

/**
 * A strong read needs PostgreSQL only where the newest event may not tell everything.
 * Undefined: it has no such account, or can't be asked and the event store may still tell.
 */
async function storedWhereUseful(
  storedBalance: StoredBalances,
  accountId: string,
  dates: Dates,
  { strong, minRevision }: Wanted,
): Promise<StoredBalance | undefined> {
  if (strong && dates.knownAt === undefined) return undefined;
  try {
    return await storedBalance(accountId, dates);
  } catch (error) {
    if ((strong || minRevision !== undefined) && isUnavailable(error)) return undefined;
    throw error;
  }
}

/** An account's recordedAt never decreases: after a later one, nothing comes that was recorded by `knownAt`. */
function isFinal({ projected }: StoredBalance, { knownAt }: Dates): boolean {
  return knownAt !== undefined && projected.recordedAt > knownAt;
}

function ofStored(stored: StoredBalance, final: boolean): Balance {
  const { currency, decimals, balance, revision, recordedAt, generation } = stored;
  return { currency, decimals, balance, revision, recordedAt, final, generation };
}

/** Whether everything that the event's account has counts. */
function tellsBalance({ event, context }: AccountEventRead, { at, knownAt }: Dates): boolean {
  const { latestEffectiveAt } = context.account;
  const isDated = at !== undefined && latestEffectiveAt !== null && at < latestEffectiveAt;
  // Events of unknown types are no outcomes: then the newest one is not the revision to name.
  return !isDated && (knownAt === undefined || (event !== undefined && context.recordedAt <= knownAt));
}

function ofNewest({ context, revision }: AccountEventRead, recordedAt: Instant | null): Balance {
  const { currency, decimals, balance } = context.account;
  return { currency, decimals, balance, revision, recordedAt, final: false, generation: null };
}

function withTail(stored: StoredBalance | undefined, tail: Tail, { at, knownAt }: Dates): Balance {
  let counted: LinesSum = { sum: stored?.balance ?? 0n, recordedAt: stored?.recordedAt ?? null };
  let knownRevision = stored?.revision ?? 0;
  for (const { event, context, revision } of tail.events) {
    if (!event || (knownAt !== undefined && context.recordedAt > knownAt)) continue;
    knownRevision = revision;
    if ((event.type !== 'Deposited' && event.type !== 'Withdrawn') || (at !== undefined && event.effectiveAt > at))
      continue;
    counted = plus(counted, { sum: deltaOf(event), recordedAt: context.recordedAt });
  }
  const { currency, decimals } = tail.account;
  const revision = knownAt === undefined ? tail.revision : knownRevision;
  const { sum, recordedAt } = counted;
  return {
    currency,
    decimals,
    balance: sum,
    revision,
    recordedAt,
    final: false,
    generation: stored?.generation ?? null,
  };
}
