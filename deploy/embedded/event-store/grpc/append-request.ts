import type { NewEvent } from '../record.ts';

/** The data of all events of one append; metadata, types and names do not count. */
export const MAX_APPEND_BYTES = 1024 * 1024;

/** A stream must have a name, and so must the stream that a metadata stream belongs to. */
export const isStreamName = (name: string): boolean => name !== '' && name !== '$$';

/** The events of one append, taken in one after another. What is too much or wrong is not kept. */
export interface Gathering {
  /** Why the append is refused, if it is. */
  readonly problem: 'malformed' | 'too-large' | undefined;
  readonly events: readonly NewEvent[];
  /** @param event undefined for one that lacks a part that it must have */
  add(event: NewEvent | undefined): void;
}

export function gatherEvents(): Gathering {
  let problem: Gathering['problem'];
  let events: NewEvent[] = [];
  let bytes = 0;
  function refuse(why: Gathering['problem']): void {
    problem = why;
    events = [];
  }
  return {
    get problem() {
      return problem;
    },
    get events() {
      return events;
    },
    add(event) {
      if (problem) return;
      if (!event) {
        refuse('malformed');
        return;
      }
      bytes += event.data.length;
      if (bytes > MAX_APPEND_BYTES) refuse('too-large');
      else events.push(event);
    },
  };
}
