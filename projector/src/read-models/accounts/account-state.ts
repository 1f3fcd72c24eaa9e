import { deltaOf } from '@ledger/shared/events/account-events';
import { formatInstant, type Instant } from '@ledger/shared/time';
import { stoppedAt, type TakenIn } from '../../pipeline/taken-in.ts';

/** How an account stands after its newest projected event: what changes in its row. The balance is in minor units. */
export interface AccountState {
  readonly currency: string;
  readonly decimals: number;
  readonly balance: bigint;
  readonly latestEffectiveAt: Instant | null;
  /** Of the newest event, and of the newest deposit or withdrawal. */
  readonly recordedAt: Instant;
  readonly newestLineRecordedAt: Instant | null;
  readonly revision: number;
}

/**
 * The state after one more event. An event of a type that is not known changes nothing but the revision, and says itself
 * that the balance and its latest date are as before.
 * @throws ProjectionStoppedError where the event does not follow from the state.
 */
export function advance(state: AccountState | undefined, taken: TakenIn): AccountState {
  const { recorded, account } = taken;
  const expected = state ? state.revision + 1 : 0;
  if (recorded.revision !== expected) throw stoppedAt(recorded, `revision ${expected} was expected`);
  // What was known at a time is found by it, and an answer about a time before the newest event's is kept for ever.
  if (state && account.context.recordedAt < state.recordedAt) {
    throw stoppedAt(
      recorded,
      `it was recorded before ${formatInstant(state.recordedAt)}, when the event before it was`,
    );
  }
  const next = state ? changed(state, taken) : opened(taken);
  const after = account.context.account;
  const agrees =
    next.balance === after.balance &&
    next.latestEffectiveAt === after.latestEffectiveAt &&
    next.currency === after.currency &&
    next.decimals === after.decimals;
  if (!agrees) throw stoppedAt(recorded, disagreement(next, taken));
  return next;
}

function opened(taken: TakenIn): AccountState {
  const { event, context } = taken.account;
  if (event?.type !== 'AccountOpened') throw stoppedAt(taken.recorded, 'its account has not been opened');
  const { currency, decimals } = event;
  const { recordedAt } = context;
  const empty = { balance: 0n, latestEffectiveAt: null, newestLineRecordedAt: null };
  return { currency, decimals, ...empty, recordedAt, revision: 0 };
}

function changed(state: AccountState, taken: TakenIn): AccountState {
  const { event, context } = taken.account;
  const { recordedAt } = context;
  const { revision } = taken.recorded;
  if (!event || event.type === 'WithdrawalRefused') return { ...state, recordedAt, revision };
  if (event.type === 'AccountOpened') throw stoppedAt(taken.recorded, 'its account is open already');
  const { currency, decimals } = state;
  const balance = state.balance + deltaOf(event);
  const latestEffectiveAt = Math.max(state.latestEffectiveAt ?? event.effectiveAt, event.effectiveAt);
  return { currency, decimals, balance, latestEffectiveAt, newestLineRecordedAt: recordedAt, recordedAt, revision };
}

function disagreement(next: AccountState, { account }: TakenIn): string {
  const { balance, latestEffectiveAt, currency, decimals } = account.context.account;
  const what = account.event ? 'what comes before it' : 'what comes before it, and its type is not known';
  const states = [
    [next.balance, next.latestEffectiveAt, next.currency, next.decimals],
    [balance, latestEffectiveAt, currency, decimals],
  ].map((state) => state.map(String).join(' '));
  return `the account's state in its metadata (${states[1]}) does not follow from ${what} (${states[0]})`;
}
