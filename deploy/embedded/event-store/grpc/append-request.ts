import type { NewEvent } from '../record.ts';

/** The data of all events of one append; metadata, types and names do not count. */
export const MAX_APPEND_BYTES = 1024 * 1024;

/** A stream must have a name, and so must the stream that a metadata stream belongs to. */
export const isStreamName = (name: string): boolean => name !== '' && name !== '$$';

/** The events of one append, taken in one after another. What is too much or wrong is not kept. */
export class Gathering {
  /** Why the append is refused, if it is. */
  problem: 'malformed' | 'too-large' | undefined;
  events: NewEvent[] = [];
  #dataBytes = 0;

  /** @param event undefined for one that lacks a part that it must have */
  add(event: NewEvent | undefined): void {
    if (this.problem) return;
    if (!event) {
      this.#refuse('malformed');
      return;
    }
    this.#dataBytes += event.data.length;
    if (this.#dataBytes > MAX_APPEND_BYTES) this.#refuse('too-large');
    else this.events.push(event);
  }

  #refuse(why: 'malformed' | 'too-large'): void {
    this.problem = why;
    this.events = [];
  }
}
