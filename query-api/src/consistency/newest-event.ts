import { setTimeout } from 'node:timers/promises';
import type { EventStore } from '@ledger/shared/event-store/event-store';
import {
  fromRecordedEvent,
  type RecordedAccountEvent,
  type UnknownAccountEvent,
} from '@ledger/shared/events/account-event-json';
import { accountStream } from '@ledger/shared/events/streams';
import { Problem } from '@ledger/shared/problems';
import type { Instant } from '@ledger/shared/time';
import type { ReadSide } from '../read-side.ts';
import type { Wanted } from './wanted.ts';

export type AccountEventRead = RecordedAccountEvent | UnknownAccountEvent;

const pollMs = 50;

/**
 * The newest event of an account, read from the store; it tells the account's whole state.
 * @throws Problem account-not-found; revision-not-reached where `minRevision` does not come in time.
 */
export async function readNewest(side: ReadSide, accountId: string, wanted: Wanted): Promise<AccountEventRead> {
  const { minRevision = 0 } = wanted;
  const deadline = performance.now() + side.waitMs;
  for (;;) {
    const newest = await side.store.readLast(accountStream(accountId));
    if (!newest) throw new Problem('account-not-found', `there is no account ${accountId}`);
    if (newest.revision >= minRevision) return fromRecordedEvent(newest);
    if (performance.now() >= deadline) {
      const detail = `the account's newest revision is ${newest.revision}, not ${minRevision}`;
      throw new Problem('revision-not-reached', detail, { revision: newest.revision });
    }
    await setTimeout(pollMs);
  }
}

const longestStep = 500;

/**
 * When the newest deposit or withdrawal up to `newest` was recorded; null where there is none. Refusals since then are
 * read over, backwards in steps that grow.
 */
export async function newestLineRecordedAt(
  store: EventStore,
  accountId: string,
  newest: AccountEventRead,
): Promise<Instant | null> {
  if (newest.context.account.latestEffectiveAt === null) return null;
  if (isLine(newest)) return newest.context.recordedAt;
  for (let end = newest.revision, step = 1; end > 0; step = Math.min(step * 8, longestStep)) {
    const start = Math.max(0, end - step);
    let found: Instant | undefined;
    for await (const recorded of store.readForwards(accountStream(accountId), start, end - start)) {
      const read = fromRecordedEvent(recorded);
      if (isLine(read)) found = read.context.recordedAt;
    }
    if (found !== undefined) return found;
    end = start;
  }
  return null;
}

export function isLine({ event }: AccountEventRead): boolean {
  return event?.type === 'Deposited' || event?.type === 'Withdrawn';
}
