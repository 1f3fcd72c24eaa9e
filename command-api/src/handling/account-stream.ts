import { type EventStore, StreamDamagedError } from '@ledger/shared/event-store/event-store';
import {
  fromRecordedEvent,
  type RecordedAccountEvent,
  UnreadableEventError,
} from '@ledger/shared/events/account-event-json';
import { accountStream } from '@ledger/shared/events/streams';

/** An event that is known to be in the stream. */
export type StreamEvent = Pick<RecordedAccountEvent, 'id' | 'event' | 'context' | 'revision'>;

/** Revisions that are at most this far apart are read in one go, with what lies between. */
const readGap = 32;
/** Reads of one account's outcomes that are under way at the same time. */
const readsAtOnce = 16;

/**
 * The events of an account's stream from a revision on, at most `limit`.
 * @throws StoreUnavailableError, UnreadableEventError, StreamDamagedError
 */
export async function* readAccount(
  store: EventStore,
  accountId: string,
  fromRevision: number,
  limit?: number,
): AsyncIterable<RecordedAccountEvent> {
  let expected = fromRevision;
  for await (const recorded of store.readForwards(accountStream(accountId), fromRevision, limit)) {
    if (recorded.revision !== expected) {
      throw new StreamDamagedError(`${recorded.stream} goes on at revision ${recorded.revision}, not at ${expected}`);
    }
    expected += 1;
    const read = fromRecordedEvent(recorded);
    if (!read.event) throw new UnreadableEventError(recorded, 'this version does not know events of this type');
    if (read.event.accountId !== accountId) {
      throw new StreamDamagedError(`${recorded.stream} holds an event of account ${read.event.accountId}`);
    }
    yield read;
  }
}

/** Reads the events at these revisions, in as few reads as is sensible. */
export async function readRevisions(
  store: EventStore,
  accountId: string,
  revisions: Iterable<number>,
): Promise<Map<number, RecordedAccountEvent>> {
  const wanted = new Set(revisions);
  const found = new Map<number, RecordedAccountEvent>();
  const ranges: { first: number; last: number }[] = [];
  for (const revision of [...wanted].sort((a, b) => a - b)) {
    const range = ranges.at(-1);
    if (range && revision - range.last <= readGap) range.last = revision;
    else ranges.push({ first: revision, last: revision });
  }
  async function readRange({ first, last }: { first: number; last: number }): Promise<void> {
    for await (const recorded of readAccount(store, accountId, first, last - first + 1)) {
      if (wanted.has(recorded.revision)) found.set(recorded.revision, recorded);
    }
  }
  for (let at = 0; at < ranges.length; at += readsAtOnce) {
    await Promise.all(ranges.slice(at, at + readsAtOnce).map(readRange));
  }
  return found;
}
