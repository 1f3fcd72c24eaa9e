import { idOf } from './record.ts';
import type { Storage } from './storage.ts';

/** An event that is decided but maybe not yet on disk. */
export interface UnwrittenEvent {
  readonly id: string;
  readonly sequence: number;
}

/** The end of a stream as the appends up to now leave it, on disk or on the way there. */
export interface StreamHead {
  readonly name: string;
  /** The stream's number; undefined while it has no events. */
  number: number | undefined;
  /** The revision of the last event; -1 without events. */
  last: number;
  /** The newest events, those that the storage may not show yet; the last one is at revision `last`. */
  unwritten: UnwrittenEvent[];
}

export interface StreamHeads {
  get(name: string): StreamHead;
  /** The sequence number of an event of the stream, which may be on its way to the disk. */
  sequenceAt(head: StreamHead, revision: number): number | undefined;
  /** The id of an event of the stream, which may be on its way to the disk. */
  idAt(head: StreamHead, revision: number): string | undefined;
  /** Adds an event, which makes it the stream's last. */
  advance(head: StreamHead, event: UnwrittenEvent): void;
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
    return { name, number, last: last?.revision ?? -1, unwritten: [] };
  }

  function unwrittenAt(head: StreamHead, revision: number): UnwrittenEvent | undefined {
    return head.unwritten[revision - (head.last - head.unwritten.length + 1)];
  }

  function sequenceAt(head: StreamHead, revision: number): number | undefined {
    if (head.number === undefined) return undefined;
    return unwrittenAt(head, revision)?.sequence ?? storage.sequenceOf(head.number, revision);
  }

  /** Oldest first; a head with something unwritten stays, for nothing else knows its state. */
  function evict(): void {
    for (const [name, head] of heads) {
      if (heads.size <= capacity) return;
      if (head.unwritten.length === 0) heads.delete(name);
    }
  }

  return {
    get(name) {
      const known = heads.get(name);
      if (known) {
        heads.delete(name);
        heads.set(name, known);
        return known;
      }
      // Appends that are refused load heads too, and no write comes after them.
      if (heads.size >= 2 * capacity) evict();
      const head = load(name);
      heads.set(name, head);
      return head;
    },
    sequenceAt,
    idAt(head, revision) {
      const unwritten = unwrittenAt(head, revision);
      if (unwritten) return unwritten.id;
      const sequence = sequenceAt(head, revision);
      const record = sequence === undefined ? undefined : storage.record(sequence);
      return record && idOf(record);
    },
    advance(head, event) {
      head.number ??= event.sequence;
      head.last += 1;
      head.unwritten.push(event);
      ahead.add(head);
      heads.set(head.name, head);
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
