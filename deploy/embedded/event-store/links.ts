import type { EventStore } from './event-store.ts';
import { visibleEvent } from './read-pages.ts';
import { dataSpan, textAt, typeSpan } from './record.ts';

/** An event, as its bytes, at its sequence number. */
export interface Stored {
  readonly record: Buffer;
  readonly sequence: number;
}

/** A link, and the event that it points to; undefined where that is missing, hidden or gone. */
export interface ResolvedLink {
  readonly link: Stored;
  readonly target: Stored | undefined;
}

const LINK_TYPE = '$>';

/** A link's data: the revision, and the stream that it is in. */
const TARGET = /^(\d+)@(.+)$/s;

/** LMDB's buffer is longer than the record, whatever its `length` says, so only a part of it can be copied. */
const copyOf = (record: Buffer): Buffer => Buffer.from(record.subarray(0, record.length));

/** Resolves a record that is a link; undefined for all other records. The bytes given may be overwritten by the next read. */
export function createLinkResolver(store: EventStore) {
  return function resolve(record: Buffer, sequence: number): ResolvedLink | undefined {
    if (textAt(record, typeSpan(record)) !== LINK_TYPE) return undefined;
    const link = { record: copyOf(record), sequence };
    const [, revision, stream] = TARGET.exec(textAt(record, dataSpan(record))) ?? [];
    if (revision === undefined || stream === undefined) return { link, target: undefined };
    const found = visibleEvent(store, stream, Number(revision));
    const target = found === undefined ? undefined : store.storage.record(found);
    return {
      link,
      target: target && found !== undefined ? { record: copyOf(target), sequence: found } : undefined,
    };
  };
}
