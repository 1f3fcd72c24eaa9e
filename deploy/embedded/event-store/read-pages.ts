import type { EventStore } from './event-store.ts';
import type { Matches } from './filter.ts';
import { createdMsOf, holdsEvent, TOMBSTONE_REVISION } from './record.ts';
import {
  describedBy,
  metadataIn,
  metadataStreamOf,
  NEWEST_ONLY,
  type Retention,
  retentionOf,
} from './stream-metadata.ts';

/**
 * Shows one event to the reader: the bytes of its record, which are overwritten after the call, and its sequence number.
 * False ends the page after this event.
 */
export type Visit = (record: Buffer, sequence: number) => boolean;

/** What a reader can see of a stream: revisions from `first` to `last` that are not older than `notBeforeMs`. */
export interface StreamRange {
  readonly stream: string;
  readonly number: number;
  /** Can be above `last` where metadata hides everything. */
  readonly first: number;
  readonly last: number;
  readonly notBeforeMs: number;
}

export type StreamView =
  | { readonly state: 'missing' }
  /** `all` is what was there: a live subscriber gets what it has not seen of it. */
  | { readonly state: 'deleted'; readonly all: StreamRange }
  /**
   * It has ended for good; `all` is what was there, if anything. `sequence` is its tombstone's; a stream of metadata that
   * ended with the stream that it describes has none.
   */
  | { readonly state: 'tombstoned'; readonly all: StreamRange | undefined; readonly sequence: number | undefined }
  | { readonly state: 'present'; readonly all: StreamRange; readonly shown: StreamRange };

/** The stream as readers see it now. */
export function viewStream(store: EventStore, stream: string): StreamView {
  const described = describedBy(stream);
  const endsWith = described === undefined ? undefined : lastEntry(store, described);
  const newest = lastEntry(store, stream);
  if (endsWith?.revision === TOMBSTONE_REVISION && newest?.revision !== TOMBSTONE_REVISION) {
    const all = newest && { stream, number: newest.number, first: 0, last: newest.revision, notBeforeMs: 0 };
    return { state: 'tombstoned', all, sequence: undefined };
  }
  if (!newest) return { state: 'missing' };
  const { number } = newest;
  if (newest.revision === TOMBSTONE_REVISION) {
    const [before] = store.storage.indexEntries(number, TOMBSTONE_REVISION - 1, 1, true);
    const all = before && { stream, number, first: 0, last: before.revision, notBeforeMs: 0 };
    return { state: 'tombstoned', all, sequence: newest.sequence };
  }
  const { revision: last } = newest;
  const all = { stream, number, first: 0, last, notBeforeMs: 0 };
  const { deleted, maxCount, truncateBefore, maxAgeMs } = retentionNow(store, stream);
  if (deleted) return { state: 'deleted', all };
  const shown = {
    stream,
    number,
    first: Math.max(truncateBefore, maxCount === undefined ? 0 : last - maxCount + 1, 0),
    last,
    notBeforeMs: maxAgeMs === undefined ? 0 : Date.now() - maxAgeMs,
  };
  return { state: 'present', all, shown };
}

function lastEntry(store: EventStore, stream: string) {
  const number = store.storage.streamNumber(stream);
  const last = number === undefined ? undefined : store.storage.lastEvent(number, store.newest());
  return number === undefined || !last ? undefined : { number, ...last };
}

/** What is hidden of a stream: what its newest metadata says. */
function retentionNow(store: EventStore, stream: string): Retention {
  if (describedBy(stream) !== undefined) return NEWEST_ONLY;
  const metadataStream = metadataStreamOf(stream);
  const newest = lastEntry(store, metadataStream);
  return retentionOf(newest && metadataIn(store.storage.eventAt(metadataStream, newest)));
}

/** The sequence number of an event that readers can see. */
export function visibleEvent(store: EventStore, stream: string, revision: number): number | undefined {
  const view = viewStream(store, stream);
  if (view.state !== 'present') return undefined;
  let found: number | undefined;
  const page = { from: revision, backwards: false, limit: 1 };
  if (revision < view.shown.first) return undefined;
  readStreamPage(store, view.shown, page, (_, sequence) => {
    found = sequence;
    return false;
  });
  return found;
}

export interface StreamPage {
  readonly from: number;
  readonly backwards: boolean;
  readonly limit: number;
}

/**
 * Visits at most `limit` events of a stream from revision `from` on, as far as `range` reaches.
 * @returns the revision at which the next page starts; undefined where there is nothing more in the range
 */
export function readStreamPage(store: EventStore, range: StreamRange, page: StreamPage, visit: Visit) {
  const { stream, number, first, last, notBeforeMs } = range;
  const { backwards } = page;
  const from = backwards ? Math.min(page.from, last) : Math.max(page.from, first);
  if (from < first || from > last) return undefined;
  const step = backwards ? -1 : 1;
  const limit = Math.min(page.limit, backwards ? from - first + 1 : last - from + 1);
  let next = from;
  for (const entry of store.storage.indexEntries(number, from, limit, backwards)) {
    if (entry.revision !== next) break;
    const record = store.storage.eventAt(stream, entry);
    next += step;
    if (createdMsOf(record) >= notBeforeMs && !visit(record, entry.sequence)) return next;
  }
  if (next !== from + step * limit) {
    throw store.storage.damaged(`revision ${next} of stream ${stream} is missing in the index`);
  }
  return next < first || next > last ? undefined : next;
}

/**
 * Visits the events of the whole store that match, from sequence number `from` to `to`, both included and both visible.
 * @returns the sequence number at which the next page starts
 */
export function readAllPage(
  store: EventStore,
  { from, to, backwards, matches }: { from: number; to: number; backwards: boolean; matches: Matches },
  visit: Visit,
): number {
  const step = backwards ? -1 : 1;
  let next = to + step;
  const wants: Matches = (record) => holdsEvent(record) && matches(record);
  store.storage.scan(from, to, wants, (record, sequence, wanted) => {
    if (!wanted || visit(record, sequence)) return true;
    next = sequence + step;
    return false;
  });
  return next;
}
