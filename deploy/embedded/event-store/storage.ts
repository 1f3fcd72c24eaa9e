import { join } from 'node:path';
import { DamagedStoreError } from './damage.ts';
import type { Matches } from './filter.ts';
import { DATA_FILE, openEnvironment } from './layout.ts';
import { isBodyWhole, isHeadWhole, revisionOf, streamSpan, textAt } from './record.ts';
import { indexKey, LARGEST_UINT32, nameKey } from './storage-keys.ts';

/**
 * The store on disk, one LMDB environment. Sequence numbers count the entries of the log from 1, without gaps; a stream's
 * number is the sequence number of its first event. README.md describes the layout and what always holds.
 */
export interface Storage {
  /** The sequence number of the newest entry; 0 in an empty store. */
  newest(): number;
  /** The number of a stream that has events. */
  streamNumber(name: string): number | undefined;
  /** The stream's newest event at or below a sequence number. */
  lastEvent(stream: number, atMost: number): IndexEntry | undefined;
  /** The sequence number of an event of a stream. */
  sequenceOf(stream: number, revision: number): number | undefined;
  /** Entries of a stream's index from `from` on (upwards or downwards, `from` included), at most `limit`. */
  indexEntries(stream: number, from: number, limit: number, backwards: boolean): IndexEntry[];
  /**
   * The bytes of one entry. They are overwritten by the next read: take out what is needed at once.
   * @throws DamagedStoreError
   */
  record(sequence: number): Buffer | undefined;
  /**
   * The bytes of the event that the index has for a stream's revision. Bytes as in `record`.
   * @throws DamagedStoreError also where the log has none there, or another one
   */
  eventAt(stream: string, indexed: IndexEntry): Buffer;
  /**
   * Visits the entries from `from` to `to`, both included, downwards where `from` is greater, until a visit says false.
   * Of those that are not wanted only the stream name and the type may be looked at. Bytes as in `record`.
   * @throws DamagedStoreError also where one of them is missing
   */
  scan(from: number, to: number, wants: Matches, visit: ScanVisit): void;
  /** Writes all rows or none; resolves when they are on disk (LMDB has called fdatasync), rejects when none was written. */
  commit(rows: readonly Row[]): Promise<void>;
  /** Lets the following reads see what has been committed by now. */
  refresh(): void;
  /** What to throw where a reader finds that the file is not as it was written. */
  damaged(what: string): DamagedStoreError;
  close(): Promise<void>;
}

export interface IndexEntry {
  readonly revision: number;
  readonly sequence: number;
}

/** One new entry of the log. An entry without `stream` is in no stream. */
export interface Row {
  readonly sequence: number;
  readonly record: Buffer;
  readonly stream?: { readonly number: number; readonly revision: number; readonly newName?: string };
}

export type ScanVisit = (record: Buffer, sequence: number, wanted: boolean) => boolean;

function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/**
 * Opens the store in `directory`, or makes it, or brings it from an older layout to this one. The caller holds the
 * directory's lock.
 * @throws NewerLayoutError, DamagedStoreError; the system's error where the files cannot be opened or made
 */
export async function openStorage(directory: string): Promise<Storage> {
  const { environment, log, index, streams } = await openEnvironment(directory);
  const file = join(directory, DATA_FILE);

  const damaged = (what: string) => new DamagedStoreError(file, what);

  const changed = (part: string, sequence: number) =>
    damaged(`the ${part} of entry ${sequence} is not as it was written`);

  const entry = ({ key, value }: { key: Buffer; value: Buffer }): IndexEntry => ({
    revision: key.readUInt32BE(4),
    sequence: value.readUInt32LE(0),
  });

  function indexEntries(stream: number, from: number, limit: number, backwards: boolean): IndexEntry[] {
    const range = index.getRange({
      start: indexKey(stream, from),
      end: indexKey(stream, backwards ? 0 : LARGEST_UINT32),
      inclusiveEnd: true,
      reverse: backwards,
      limit,
    });
    return Array.from(range, entry);
  }

  function record(sequence: number): Buffer | undefined {
    const found = log.get(sequence);
    if (found && !isHeadWhole(found, sequence)) throw changed('head', sequence);
    if (found && !isBodyWhole(found)) throw changed('data', sequence);
    return found;
  }

  return {
    newest() {
      for (const sequence of log.getKeys({ reverse: true, limit: 1 })) return sequence;
      return 0;
    },
    streamNumber: (name) => streams.get(nameKey(name))?.readUInt32LE(0),
    lastEvent(stream, atMost) {
      // What is above `atMost` is a commit or two at most, so few entries are stepped over.
      for (const found of index.getRange({
        start: indexKey(stream, LARGEST_UINT32),
        end: indexKey(stream, 0),
        inclusiveEnd: true,
        reverse: true,
      })) {
        const last = entry(found);
        if (last.sequence <= atMost) return last;
      }
      return undefined;
    },
    sequenceOf: (stream, revision) => index.get(indexKey(stream, revision))?.readUInt32LE(0),
    indexEntries,
    record,
    eventAt(stream, { revision, sequence }) {
      const found = record(sequence);
      if (found && revisionOf(found) === revision && textAt(found, streamSpan(found)) === stream) return found;
      throw damaged(`revision ${revision} of stream ${stream} is not entry ${sequence}, which the index names`);
    },
    scan(from, to, wants, visit) {
      const reverse = from > to;
      let next = from;
      for (const { key, value } of log.getRange({ start: from, end: to, inclusiveEnd: true, reverse })) {
        if (key !== next) break;
        if (!isHeadWhole(value, key)) throw changed('head', key);
        const wanted = wants(value);
        if (wanted && !isBodyWhole(value)) throw changed('data', key);
        if (!visit(value, key, wanted)) return;
        next += reverse ? -1 : 1;
      }
      if (reverse ? next >= to : next <= to) throw damaged(`entry ${next} is missing`);
    },
    async commit(rows) {
      try {
        // The batch's promise stands for all the puts in it.
        await environment.batch(() => {
          for (const { sequence, record, stream } of rows) {
            void log.put(sequence, record);
            if (!stream) continue;
            void index.put(indexKey(stream.number, stream.revision), uint32(sequence));
            if (stream.newName !== undefined) void streams.put(nameKey(stream.newName), uint32(stream.number));
          }
        });
      } catch (error) {
        throw await causeOf(error);
      }
    },
    refresh: () => environment.resetReadTxn(),
    damaged,
    close: () => environment.close(),
  };
}

/** lmdb tells why a commit failed in a promise of its own, beside the error. */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (cause) {
    return cause;
  }
}
