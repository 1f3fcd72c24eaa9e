import { setTimeout } from 'node:timers/promises';
import {
  fromRecordedEvent,
  type RecordedAccountEvent,
  type UnknownAccountEvent,
} from '@ledger/shared/events/account-event-json';
import { accountStream } from '@ledger/shared/events/streams';
import { Problem } from '@ledger/shared/problems';
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
