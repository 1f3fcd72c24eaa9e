import type { Matches } from './filter.ts';
import type { Storage } from './storage.ts';

/** So many entries are scanned before other work gets its turn: a few milliseconds' worth. */
export const SCAN_ENTRIES = 1024;

/** How many events a live subscriber has yet to get. Each entry is looked at once, and at most `SCAN_ENTRIES` a call. */
export interface Backlog {
  /** The events that were found so far after `cursor`, looking as far as `newest`. */
  countedAfter(cursor: number, newest: number): number;
  /** The subscriber got an event. */
  taken(sequence: number): void;
}

/** @param wants what the subscriber is to get: only that can be too much for it */
export function createBacklog(storage: Storage, wants: Matches): Backlog {
  let counted = 0;
  let ahead = 0;
  const count: Matches = (record) => {
    if (wants(record)) ahead += 1;
    return false;
  };
  return {
    countedAfter(cursor, newest) {
      if (counted < cursor) {
        counted = cursor;
        ahead = 0;
      }
      const end = Math.min(newest, counted + SCAN_ENTRIES);
      if (end > counted) storage.scan(counted + 1, end, count, () => true);
      counted = end;
      return ahead;
    },
    taken(sequence) {
      if (sequence <= counted) ahead -= 1;
    },
  };
}
