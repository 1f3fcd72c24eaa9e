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
  const known = new Map<string, WrittenAt & { readonly stream: string }>();
  let bytes = 0;
  function forget(id: string, stream: string): void {
    known.delete(id);
    bytes -= bytesOf(stream);
  }
  return {
    revisionOf(stream, id) {
      const found = known.get(id);
      return found?.stream === stream ? found.revision : undefined;
    },
    add(stream, id, at) {
      const before = known.get(id);
      if (before) forget(id, before.stream);
      known.set(id, { ...at, stream });
      bytes += bytesOf(stream);
      for (const [oldest, entry] of known) {
        if (bytes <= capacityBytes) break;
        forget(oldest, entry.stream);
      }
    },
    forgetAfter(sequence) {
      for (const [id, entry] of known) if (entry.sequence > sequence) forget(id, entry.stream);
    },
  };
}
