import { decideAppend, type ExpectedRevision } from './decide-append.ts';
import { createGroupCommit, type WriteRows } from './group-commit.ts';
import { createRecentIds } from './recent-ids.ts';
import { encodeEvent, encodeNoEvent, type NewEvent } from './record.ts';
import type { Row, Storage } from './storage.ts';
import { createStreamHeads, type StreamHead } from './stream-heads.ts';

export type AppendOutcome =
  /** `last` is the revision of the append's last event (of the stream's where it had no events; -1 for no stream). */
  | { readonly kind: 'appended'; readonly last: number; readonly sequence: number }
  | { readonly kind: 'wrong-expected-revision'; readonly last: number };

/**
 * The store: decides appends one after another, commits those that wait together, and shows nothing that is not on disk.
 * Sequence numbers are those of `Storage`.
 */
export interface EventStore {
  /**
   * Appends all events or none. Resolves when what it tells is on disk: the events, the first append that this one
   * repeats, or what refuses it.
   * @throws the error of the write, when it or one before it failed, or Error where the store is full; nothing of this
   *   append is then in the store
   */
  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendOutcome>;
  /** The newest sequence number that readers may see. */
  newest(): number;
  /** Resolves when there is something newer than `sequence`, or when `signal` is aborted. */
  newerThan(sequence: number, signal: AbortSignal): Promise<void>;
  readonly storage: Storage;
  /** Waits for the appends that were taken, then closes the storage. */
  close(): Promise<void>;
}

/**
 * Stands around every commit: calls `commit`, and resolves when the rows count as being on disk. A test holds it back
 * or lets it fail.
 */
export type Flush = (commit: () => Promise<void>) => Promise<void>;

const RECENT_IDS_BYTES = 8 * 1024 * 1024;
const STREAM_HEADS = 20_000;
/** Sequence numbers are 32-bit keys. */
const MOST_ENTRIES = 0xffff_ffff;

export interface EventStoreOptions {
  /** Default: a row counts as on disk when LMDB has flushed its commit. */
  readonly flush?: Flush;
  /** Is told of writes that failed. */
  readonly onWriteFailed?: (error: unknown) => void;
}

export function createEventStore(storage: Storage, options: EventStoreOptions = {}): EventStore {
  const { flush = (commit) => commit(), onWriteFailed } = options;
  const heads = createStreamHeads(storage, STREAM_HEADS);
  const recentIds = createRecentIds(RECENT_IDS_BYTES);
  const watchers = new Set<() => void>();
  let visible = storage.newest();
  let issued = visible;

  const write: WriteRows = (rows) => flush(() => storage.commit(rows));
  const commits = createGroupCommit(write, {
    onDurable(newest) {
      storage.refresh();
      visible = newest;
      heads.written(newest);
      // After the answers to the writers: an append's answer comes before its own live events.
      setImmediate(() => {
        for (const watcher of watchers) watcher();
      });
    },
    onFailed(error) {
      onWriteFailed?.(error);
      storage.refresh();
      heads.clear();
      recentIds.clear();
      // A write that failed after its commit has left its rows; they are told to nobody as written, but they are there.
      visible = storage.newest();
      issued = visible;
    },
  });

  function takeSequence(): number {
    issued += 1;
    return issued;
  }

  function rowsOf(head: StreamHead, events: readonly NewEvent[], createdMs: number): Row[] {
    if (events.length === 0) return [{ sequence: takeSequence(), record: encodeNoEvent(createdMs) }];
    return events.map((event) => {
      const sequence = takeSequence();
      const isFirst = head.number === undefined;
      heads.advance(head, { id: event.id, sequence });
      recentIds.add(head.name, event.id, head.last);
      const stream = { number: head.number ?? sequence, revision: head.last };
      return {
        sequence,
        record: encodeEvent(head.name, head.last, createdMs, event),
        stream: isFirst ? { ...stream, newName: head.name } : stream,
      };
    });
  }

  return {
    storage,
    newest: () => visible,

    async append(name, expected, events) {
      const head = heads.get(name);
      const decision = decideAppend(
        {
          last: head.last,
          idAt: (revision) => heads.idAt(head, revision),
          hasMetadata: () => heads.get(`$$${name}`).last >= 0,
        },
        expected,
        events.map((event) => event.id),
        (id) => recentIds.revisionOf(name, id),
      );
      if (decision.kind === 'write') {
        if (issued + events.length >= MOST_ENTRIES) throw new Error(`the store is full (${MOST_ENTRIES} entries)`);
        const rows = rowsOf(head, events, Date.now());
        const last = head.last;
        await commits.add(rows);
        return { kind: 'appended', last, sequence: rows.at(-1)?.sequence ?? 0 };
      }
      // A repeat and a refusal wait too where they rest on events that are not on disk yet.
      const { last } = head;
      const sequence = decision.kind === 'repeat' ? heads.sequenceAt(head, decision.revision) : undefined;
      if (head.unwritten.length > 0) await commits.add([]);
      if (decision.kind === 'wrong-expected-revision') return { kind: decision.kind, last };
      if (sequence === undefined) throw new Error(`no event at revision ${decision.revision} of ${name}`);
      return { kind: 'appended', last: decision.revision, sequence };
    },

    newerThan(sequence, signal) {
      return new Promise((resolve) => {
        const check = () => {
          if (visible <= sequence && !signal.aborted) return;
          watchers.delete(check);
          signal.removeEventListener('abort', check);
          resolve();
        };
        watchers.add(check);
        signal.addEventListener('abort', check);
        check();
      });
    },

    async close() {
      await commits.idle();
      await storage.close();
    },
  };
}
