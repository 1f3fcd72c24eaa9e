import { idOf, TOMBSTONE_REVISION } from './record.ts';
import type { Storage } from './storage.ts';
import { describedBy, metadataIn, metadataStreamOf, retentionOf, type WrittenMetadata } from './stream-metadata.ts';

/** An event that is decided but maybe not yet on disk. */
export interface UnwrittenEvent {
  readonly id: string;
  readonly sequence: number;
  /** Of an event in a stream of metadata. */
  readonly metadata?: { readonly data: Uint8Array; readonly isJson: boolean };
}

/** The end of a stream as the appends up to now leave it, on disk or on the way there. */
export interface StreamHead {
  readonly name: string;
  /** The stream's number; undefined while it has no events. */
  number: number | undefined;
  /** The revision of the last event; -1 without events; TOMBSTONE_REVISION after a tombstone. */
  last: number;
  /** Whether the stream's metadata says that it is deleted; undefined while nobody has asked. */
  deleted: boolean | undefined;
  /** The newest events, those that the storage may not show yet; the last one is at revision `last`. */
  unwritten: UnwrittenEvent[];
}

export interface StreamHeads {
  get(name: string): StreamHead;
  /** The id of an event of the stream, which may be on its way to the disk. */
  idAt(head: StreamHead, revision: number): string | undefined;
  /** Whether it was tombstoned, or is the metadata of a stream that was. */
  isTombstoned(head: StreamHead): boolean;
  /** Whether it was deleted, and nothing was appended since. */
  isDeleted(head: StreamHead): boolean;
  /** The newest metadata of the stream of this name. */
  metadataOf(name: string): WrittenMetadata | undefined;
  /** Adds an event, which makes it the stream's last. @param revision the next one, or TOMBSTONE_REVISION */
  advance(head: StreamHead, event: UnwrittenEvent, revision: number): void;
  /** Everything up to this sequence number is on disk. */
  written(newest: number): void;
  /** Forgets everything: the next look is at the storage. */
  clear(): void;
}

/** @param capacity how many heads are kept at least for streams with nothing on the way to the disk; at most twice as many */
export function createStreamHeads(storage: Storage, capacity: number): StreamHeads {
  const heads = new Map<string, StreamHead>();
  const ahead = new Set<StreamHead>();

  function load(name: string): StreamHead {
    const number = storage.streamNumber(name);
    const last = number === undefined ? undefined : storage.lastEvent(number, Number.POSITIVE_INFINITY);
    return { name, number, last: last?.revision ?? -1, deleted: undefined, unwritten: [] };
  }

  function unwrittenAt(head: StreamHead, revision: number): UnwrittenEvent | undefined {
    if (head.last === TOMBSTONE_REVISION) return revision === head.last ? head.unwritten.at(-1) : undefined;
    return head.unwritten[revision - (head.last - head.unwritten.length + 1)];
  }

  function sequenceAt(head: StreamHead, revision: number): number | undefined {
    if (head.number === undefined) return undefined;
    return unwrittenAt(head, revision)?.sequence ?? storage.sequenceOf(head.number, revision);
  }

  /**
   * Oldest first, and many at once, for a Map is slow to find its first entry while it remembers those that were deleted
   * before it. A head with something unwritten stays: nothing else knows its state.
   */
  function evict(): void {
    if (heads.size < 2 * capacity) return;
    for (const [name, head] of heads) {
      if (heads.size <= capacity) return;
      if (head.unwritten.length === 0) heads.delete(name);
    }
  }

  function get(name: string): StreamHead {
    const known = heads.get(name);
    if (known) {
      heads.delete(name);
      heads.set(name, known);
      return known;
    }
    // Appends that are refused load heads too, and no write comes after them.
    evict();
    const head = load(name);
    heads.set(name, head);
    return head;
  }

  function metadataOf(name: string): WrittenMetadata | undefined {
    const head = get(metadataStreamOf(name));
    const unwritten = unwrittenAt(head, head.last)?.metadata;
    if (unwritten) return { text: Buffer.from(unwritten.data).toString(), isJson: unwritten.isJson };
    if (head.last < 0 || head.last === TOMBSTONE_REVISION) return undefined;
    const sequence = sequenceAt(head, head.last);
    return sequence === undefined
      ? undefined
      : metadataIn(storage.eventAt(head.name, { revision: head.last, sequence }));
  }

  return {
    get,
    metadataOf,
    isTombstoned(head) {
      const described = describedBy(head.name);
      return (
        head.last === TOMBSTONE_REVISION || (described !== undefined && get(described).last === TOMBSTONE_REVISION)
      );
    },
    isDeleted(head) {
      // Metadata of metadata counts for nothing.
      head.deleted ??= describedBy(head.name) === undefined && retentionOf(metadataOf(head.name)).deleted;
      return head.deleted;
    },
    idAt(head, revision) {
      const unwritten = unwrittenAt(head, revision);
      if (unwritten) return unwritten.id;
      const sequence = sequenceAt(head, revision);
      return sequence === undefined ? undefined : idOf(storage.eventAt(head.name, { revision, sequence }));
    },
    advance(head, event, revision) {
      head.number ??= event.sequence;
      head.last = revision;
      head.unwritten.push(event);
      ahead.add(head);
      heads.set(head.name, head);
      const described = describedBy(head.name);
      if (described === undefined) return;
      const changed = heads.get(described);
      if (changed) changed.deleted = undefined;
    },
    written(newest) {
      for (const head of ahead) {
        head.unwritten = head.unwritten.filter((event) => event.sequence > newest);
        if (head.unwritten.length === 0) ahead.delete(head);
      }
      evict();
    },
    clear() {
      heads.clear();
      ahead.clear();
    },
  };
}
