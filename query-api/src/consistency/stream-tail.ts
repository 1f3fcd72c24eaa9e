import type { RecordedEvent } from '@ledger/shared/event-store/event-store';
import { fromRecordedEvent, UnreadableEventError } from '@ledger/shared/events/account-event-json';
import type { AccountAfter } from '@ledger/shared/events/account-events';
import { accountStream } from '@ledger/shared/events/streams';
import { Problem } from '@ledger/shared/problems';
import type { ReadSide } from '../read-side.ts';
import type { AccountEventRead } from './newest-event.ts';

/** The end of an account's stream: what PostgreSQL does not have yet. */
export interface Tail {
  /** In order, without those of unknown types. */
  readonly events: readonly AccountEventRead[];
  /** The account after the last of them, and its revision. */
  readonly account: AccountAfter;
  readonly revision: number;
}

/**
 * Reads an account's events after `rowRevision`, the revision of its row in PostgreSQL (undefined: it has none), at most up
 * to the revision `upTo`, which is not before it.
 * @throws Problem account-not-found; read-model-behind where there are more than a read may take. An Error where the
 * stream ends before the row does: then PostgreSQL knows of money that the event store does not.
 */
export async function readTail(
  side: ReadSide,
  accountId: string,
  rowRevision: number | undefined,
  upTo = Number.POSITIVE_INFINITY,
): Promise<Tail> {
  // The event of the row itself is read too: it shows that the stream reaches so far, and what state the tail starts from.
  const start = rowRevision ?? 0;
  const most = side.tailEvents + 1;
  let last: AccountEventRead | undefined;
  const events: AccountEventRead[] = [];
  for await (const recorded of side.store.readForwards(
    accountStream(accountId),
    start,
    Math.min(most, upTo - start) + 1,
  )) {
    const read = fromRecordedEvent(recorded);
    follow(recorded, start, last, read);
    if (read.event && (rowRevision === undefined || read.revision > rowRevision)) events.push(read);
    last = read;
  }
  if (!last) {
    if (rowRevision === undefined) throw new Problem('account-not-found', `there is no account ${accountId}`);
    throw new Error(`the read model has revision ${rowRevision} of account ${accountId}, the event store does not`);
  }
  if (last.revision - start >= most) {
    const detail = `more than ${side.tailEvents} events of account ${accountId} are not projected yet`;
    throw new Problem('read-model-behind', detail);
  }
  return { events, account: last.context.account, revision: last.revision };
}

/** The same rule as the projector's: what is not known may only be passed over where it changes nothing. */
function follow(recorded: RecordedEvent, start: number, before: AccountEventRead | undefined, read: AccountEventRead) {
  const expected = before ? before.revision + 1 : start;
  if (read.revision !== expected) throw new UnreadableEventError(recorded, `revision ${expected} was expected`);
  if (read.event) return;
  const [was, is] = [before?.context.account, read.context.account];
  if (before && (was?.balance !== is.balance || was.latestEffectiveAt !== is.latestEffectiveAt)) {
    throw new UnreadableEventError(recorded, 'its type is not known, and it changes the balance');
  }
}
