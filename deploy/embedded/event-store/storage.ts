import { join } from 'node:path';
import { DamagedStoreError } from './damage.ts';
import type { Matches } from './filter.ts';
import { DATA_FILE, openEnvironment } from './layout.ts';
import { isBodyWhole, isHeadWhole } from './record.ts';
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
   * Visits the entries from `from` to `to`, both included, downwards where `from` is greater, until a visit says false.
   * Of those that are not wanted only the stream name and the type may be looked at. Bytes as in `record`.
   * @throws DamagedStoreError
   */
  scan(from: number, to: number, wants: Matches, visit: ScanVisit): void;
  /** Writes all rows or none; resolves when they are on disk (LMDB has called fdatasync), rejects when none was written. */
  commit(rows: readonly Row[]): Promise<void>;
  /** Lets the following reads see what has been committed by now. */
  refresh(): void;
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

  function damaged(sequence: number, what: string): DamagedStoreError {
    return new DamagedStoreError(file, `${what} of entry ${sequence} is not as it was written`);
  }

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
    record(sequence) {
      const record = log.get(sequence);
      if (record && !isHeadWhole(record, sequence)) throw damaged(sequence, 'the head');
      if (record && !isBodyWhole(record)) throw damaged(sequence, 'the data');
      return record;
    },
    scan(from, to, wants, visit) {
      const reverse = from > to;
      for (const { key, value } of log.getRange({ start: from, end: to, inclusiveEnd: true, reverse })) {
        if (!isHeadWhole(value, key)) throw damaged(key, 'the head');
        const wanted = wants(value);
        if (wanted && !isBodyWhole(value)) throw damaged(key, 'the data');
        if (!visit(value, key, wanted)) return;
      }
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
