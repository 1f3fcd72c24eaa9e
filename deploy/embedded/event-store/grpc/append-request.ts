import type { NewEvent } from '../record.ts';

/** The data of all events of one append; metadata, types and names do not count. */
export const MAX_APPEND_BYTES = 1024 * 1024;

/**
 * All that is kept of one append while it comes in, so that a client that never ends one takes no more memory. The real server
 * has no such limit; an append that is one message is always below it.
 */
export const MAX_KEPT_BYTES = 64 * 1024 * 1024;

/** What an event takes beside its data, metadata and type. */
const EVENT_OVERHEAD_BYTES = 256;

/** A stream must have a name, and so must the stream that a metadata stream belongs to. */
export const isStreamName = (name: string): boolean => name !== '' && name !== '$$';

/** The events of one append, taken in one after another. What is too much or wrong is not kept. */
export class Gathering {
  /** Why the append is refused, if it is. */
  problem: 'malformed' | 'too-large' | undefined;
  events: NewEvent[] = [];
  #dataBytes = 0;
  #keptBytes = 0;

  /** @param event undefined for one that lacks a part that it must have */
  add(event: NewEvent | undefined): void {
    if (this.problem) return;
    if (!event) {
      this.#refuse('malformed');
      return;
    }
    this.#dataBytes += event.data.length;
    this.#keptBytes += event.data.length + event.metadata.length + event.type.length + EVENT_OVERHEAD_BYTES;
    if (this.#dataBytes > MAX_APPEND_BYTES || this.#keptBytes > MAX_KEPT_BYTES) this.#refuse('too-large');
    else this.events.push(event);
  }

  #refuse(why: 'malformed' | 'too-large'): void {
    this.problem = why;
    this.events = [];
  }
}
