import type { EventStore } from './event-store.ts';
import type { Matches } from './filter.ts';
import { createdMsOf, holdsEvent } from './record.ts';
import { retentionOf } from './stream-metadata.ts';

/**
 * Shows one event to the reader: the bytes of its record, which are overwritten after the call, and its sequence number.
 * False ends the page after this event.
 */
export type Visit = (record: Buffer, sequence: number) => boolean;

/** What a reader can see of a stream: revisions from `first` to `last` that are not older than `notBeforeMs`. */
export interface StreamRange {
  readonly number: number;
  readonly first: number;
  readonly last: number;
  readonly notBeforeMs: number;
}

/** Undefined for a stream without visible events. `first` can be above `last` where metadata hides everything. */
export function streamRange(store: EventStore, stream: string): StreamRange | undefined {
  const number = store.storage.streamNumber(stream);
  if (number === undefined) return undefined;
  const last = store.storage.lastEvent(number, store.newest())?.revision;
  if (last === undefined) return undefined;
  const { maxCount, truncateBefore, maxAgeMs } = retentionOf(store, stream);
  return {
    number,
    first: Math.max(truncateBefore, maxCount === undefined ? 0 : last - maxCount + 1, 0),
    last,
    notBeforeMs: maxAgeMs === undefined ? 0 : Date.now() - maxAgeMs,
  };
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
  const { number, first, last, notBeforeMs } = range;
  const { backwards, limit } = page;
  const from = backwards ? Math.min(page.from, last) : Math.max(page.from, first);
  if (from < first || from > last) return undefined;
  const step = backwards ? -1 : 1;
  for (const { revision, sequence } of store.storage.indexEntries(number, from, limit, backwards)) {
    if (revision < first || revision > last) return undefined;
    const record = store.storage.record(sequence);
    if (!record) throw new Error(`the log has no entry ${sequence}, which the index names`);
    if (createdMsOf(record) >= notBeforeMs && !visit(record, sequence)) return revision + step;
  }
  const next = from + step * limit;
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
  store.storage.scan(from, to, (record, sequence) => {
    if (!holdsEvent(record) || !matches(record) || visit(record, sequence)) return true;
    next = sequence + step;
    return false;
  });
  return next;
}
