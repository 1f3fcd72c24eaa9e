import { LRUCache } from 'lru-cache';

/** Where events were written lately, by their ids. It is in memory only and bounded: what it has forgotten, or a restart, makes an id new. */
export interface RecentIds {
  /** The revision at which this id was last written, if that was in `stream`. */
  revisionOf(stream: string, id: string): number | undefined;
  add(stream: string, id: string, at: WrittenAt): void;
  /** Forgets what was to be written after this sequence number, and was not. */
  forgetAfter(sequence: number): void;
}

export interface WrittenAt {
  readonly revision: number;
  readonly sequence: number;
}

/** As the real server reckons: 28 bytes and the stream's name for an id. */
const bytesOf = (stream: string): number => 28 + stream.length;

/** @param capacityBytes above this the oldest are forgotten */
export function createRecentIds(capacityBytes: number): RecentIds {
  const known = new LRUCache<string, WrittenAt & { readonly stream: string }>({
    maxSize: capacityBytes,
    sizeCalculation: ({ stream }) => bytesOf(stream),
  });
  return {
    revisionOf(stream, id) {
      // Asking does not make an id younger.
      const found = known.peek(id);
      return found?.stream === stream ? found.revision : undefined;
    },
    add(stream, id, at) {
      known.set(id, { ...at, stream });
    },
    forgetAfter(sequence) {
      for (const [id, entry] of [...known.entries()]) if (entry.sequence > sequence) known.delete(id);
    },
  };
}
