import { deltaOf } from '@ledger/shared/events/account-events';
import type { Instant } from '@ledger/shared/time';
import { stoppedAt, type TakenIn } from '../../pipeline/taken-in.ts';

/** A row of `accounts`: how an account stands after its newest projected event. The balance is in minor units. */
export interface AccountRow {
  readonly accountId: string;
  readonly name: string;
  readonly currency: string;
  readonly decimals: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly balance: bigint;
  readonly latestEffectiveAt: Instant | null;
  readonly openedAt: Instant;
  readonly recordedAt: Instant;
  /** Of the newest deposit or withdrawal. */
  readonly newestLineRecordedAt: Instant | null;
  readonly revision: number;
}

/**
 * The row after one more event. An event of a type that is not known changes nothing but the revision, and says itself
 * that the balance and its latest date are as before.
 * @throws ProjectionStoppedError where the event does not follow from the row.
 */
export function advance(row: AccountRow | undefined, taken: TakenIn): AccountRow {
  const { recorded, account } = taken;
  const expected = row ? row.revision + 1 : 0;
  if (recorded.revision !== expected) throw stoppedAt(recorded, `revision ${expected} was expected`);
  const next = row ? changed(row, taken) : opened(taken);
  const after = account.context.account;
  const agrees =
    next.balance === after.balance &&
    next.latestEffectiveAt === after.latestEffectiveAt &&
    next.currency === after.currency &&
    next.decimals === after.decimals;
  if (!agrees) throw stoppedAt(recorded, disagreement(next, taken));
  return { ...next, recordedAt: account.context.recordedAt, revision: recorded.revision };
}

function opened(taken: TakenIn): AccountRow {
  const { event, context } = taken.account;
  if (event?.type !== 'AccountOpened') throw stoppedAt(taken.recorded, 'its account has not been opened');
  const { accountId, name, currency, decimals, metadata } = event;
  return {
    accountId,
    name,
    currency,
    decimals,
    metadata,
    balance: 0n,
    latestEffectiveAt: null,
    openedAt: context.recordedAt,
    recordedAt: context.recordedAt,
    newestLineRecordedAt: null,
    revision: 0,
  };
}

function changed(row: AccountRow, taken: TakenIn): AccountRow {
  const { event, context } = taken.account;
  if (!event || event.type === 'WithdrawalRefused') return row;
  if (event.type === 'AccountOpened') throw stoppedAt(taken.recorded, 'its account is open already');
  const balance = row.balance + deltaOf(event);
  const latestEffectiveAt = Math.max(row.latestEffectiveAt ?? event.effectiveAt, event.effectiveAt);
  return { ...row, balance, latestEffectiveAt, newestLineRecordedAt: context.recordedAt };
}

function disagreement(next: AccountRow, { account }: TakenIn): string {
  const { balance, latestEffectiveAt, currency, decimals } = account.context.account;
  const what = account.event ? 'what comes before it' : 'what comes before it, and its type is not known';
  const states = [
    [next.balance, next.latestEffectiveAt, next.currency, next.decimals],
    [balance, latestEffectiveAt, currency, decimals],
  ].map((state) => state.map(String).join(' '));
  return `the account's state in its metadata (${states[1]}) does not follow from ${what} (${states[0]})`;
}
