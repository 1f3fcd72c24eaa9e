import { randomUUID } from 'node:crypto';
import { type Decision, decideAppend, type ExpectedRevision } from './decide-append.ts';
import { createGroupCommit, type WriteRows } from './group-commit.ts';
import { visibleEvent } from './read-pages.ts';
import { createRecentIds } from './recent-ids.ts';
import { encodeEvent, encodeNoEvent, type NewEvent, TOMBSTONE_REVISION, tombstone } from './record.ts';
import type { Row, Storage } from './storage.ts';
import { createStreamHeads, type StreamHead } from './stream-heads.ts';
import { DELETED_METADATA, describedBy, metadataStreamOf, undeletedMetadata } from './stream-metadata.ts';

export type Refusal =
  /** `last` is the stream's last revision, -1 without events. */
  { readonly kind: 'wrong-expected-revision'; readonly last: number } | { readonly kind: 'stream-deleted' };

export type AppendOutcome =
  /**
   * `last` is the revision of the append's last event (of the stream's where it had no events; -1 for no stream). A repeat
   * of an event that is hidden has no `sequence`.
   */
  { readonly kind: 'appended'; readonly last: number; readonly sequence: number | undefined } | Refusal;

export type DeleteOutcome = { readonly kind: 'deleted'; readonly sequence: number } | Refusal;

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
  /**
   * Hides all events of a stream that has some ('soft': the next append brings it back, from its next revision on), or ends
   * a stream for good, whether it has events or not ('for-good'). Resolves and throws as `append` does.
   */
  delete(stream: string, expected: ExpectedRevision, how: 'soft' | 'for-good'): Promise<DeleteOutcome>;
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

const textOf = (event: NewEvent | undefined): string | undefined => event && Buffer.from(event.data).toString();

export function createEventStore(storage: Storage, options: EventStoreOptions = {}): EventStore {
  const { flush = (commit) => commit(), onWriteFailed } = options;
  const heads = createStreamHeads(storage, STREAM_HEADS);
  const recentIds = createRecentIds(RECENT_IDS_BYTES);
  const watchers = new Set<() => void>();
  let visible = storage.newest();
  let issued = visible;

  function tellWatchers(): void {
    for (const watcher of watchers) watcher();
  }

  const write: WriteRows = (rows) => flush(() => storage.commit(rows));
  const commits = createGroupCommit(write, {
    onDurable(newest) {
      storage.refresh();
      visible = newest;
      heads.written(newest);
      // After the answers to the writers: an append's answer comes before its own live events.
      setImmediate(tellWatchers);
    },
    onFailed(error) {
      onWriteFailed?.(error);
      storage.refresh();
      heads.clear();
      // A write that failed after its commit has left its rows; they are told to nobody as written, but they are there.
      visible = storage.newest();
      issued = visible;
      recentIds.forgetAfter(visible);
      setImmediate(tellWatchers);
    },
  });

  function takeSequence(): number {
    issued += 1;
    return issued;
  }

  function rowOf(head: StreamHead, event: NewEvent, revision: number, createdMs: number): Row {
    const sequence = takeSequence();
    const isFirst = head.number === undefined;
    const isMetadata = describedBy(head.name) !== undefined;
    const metadata = isMetadata && { metadata: { data: event.data, isJson: event.isJson } };
    heads.advance(head, { id: event.id, sequence, ...metadata }, revision);
    recentIds.add(head.name, event.id, { revision, sequence });
    const stream = { number: head.number ?? sequence, revision };
    return {
      sequence,
      record: encodeEvent({ sequence, stream: head.name, revision }, createdMs, event),
      stream: isFirst ? { ...stream, newName: head.name } : stream,
    };
  }

  function metadataRow(name: string, data: Uint8Array, createdMs: number): Row {
    const head = heads.get(metadataStreamOf(name));
    const event = { id: randomUUID(), type: '$metadata', isJson: true, metadata: new Uint8Array(), data };
    return rowOf(head, event, head.last + 1, createdMs);
  }

  /** Brings a deleted stream back, with what is appended from revision `first` on. */
  function undelete(name: string, metadata: string, first: number, createdMs: number): Row[] {
    const data = undeletedMetadata(metadata, first);
    return data ? [metadataRow(name, data, createdMs)] : [];
  }

  function noEventRow(createdMs: number): Row {
    const sequence = takeSequence();
    return { sequence, record: encodeNoEvent(sequence, createdMs) };
  }

  /**
   * All rows of an append: its own first, then what it changes about a stream that was deleted. What has to be read is read
   * before anything counts as appended, so that a read that fails leaves all as it was.
   */
  function rowsOf(head: StreamHead, events: readonly NewEvent[]): Row[] {
    const createdMs = Date.now();
    const next = head.last + 1;
    const hidden = heads.isDeleted(head) ? heads.metadataOf(head.name)?.text : undefined;
    const described = describedBy(head.name);
    const describedHead = described === undefined ? undefined : heads.get(described);
    const deletedHead = describedHead && heads.isDeleted(describedHead) ? describedHead : undefined;
    const showing = deletedHead && (textOf(events.at(-1)) ?? heads.metadataOf(deletedHead.name)?.text);
    const own =
      events.length === 0
        ? [noEventRow(createdMs)]
        : events.map((event) => rowOf(head, event, head.last + 1, createdMs));
    if (hidden !== undefined) own.push(...undelete(head.name, hidden, next, createdMs));
    if (deletedHead && showing !== undefined) {
      own.push(...undelete(deletedHead.name, showing, deletedHead.last + 1, createdMs));
    }
    return own;
  }

  function decide(head: StreamHead, expected: ExpectedRevision, ids: readonly string[]): Decision {
    return decideAppend(
      {
        last: head.last,
        idAt: (revision) => heads.idAt(head, revision),
        isTombstoned: () => heads.isTombstoned(head),
        isDeleted: () => heads.isDeleted(head),
        hasMetadata: () => heads.get(metadataStreamOf(head.name)).last >= 0,
      },
      expected,
      ids,
      (id) => recentIds.revisionOf(head.name, id),
    );
  }

  /** Resolves when what is known of a stream now, its metadata included, is on disk. */
  async function settled(head: StreamHead): Promise<void> {
    const described = describedBy(head.name);
    const related = [head, heads.get(metadataStreamOf(head.name)), ...(described ? [heads.get(described)] : [])];
    if (related.some(({ unwritten }) => unwritten.length > 0)) await commits.add([]);
  }

  async function refuse(head: StreamHead, kind: Refusal['kind']): Promise<Refusal> {
    const { last } = head;
    await settled(head);
    return kind === 'stream-deleted' ? { kind } : { kind, last };
  }

  function assertRoom(rows: number): void {
    if (issued + rows >= MOST_ENTRIES) throw new Error(`the store is full (${MOST_ENTRIES} entries)`);
  }

  const store: EventStore = {
    storage,
    newest: () => visible,

    async append(name, expected, events) {
      const head = heads.get(name);
      const decision = decide(
        head,
        expected,
        events.map((event) => event.id),
      );
      if (decision.kind === 'repeat') {
        await settled(head);
        return { kind: 'appended', last: decision.revision, sequence: visibleEvent(store, name, decision.revision) };
      }
      if (decision.kind !== 'write') return refuse(head, decision.kind);
      assertRoom(events.length + 1);
      const last = head.last + events.length;
      const rows = rowsOf(head, events);
      await commits.add(rows);
      return { kind: 'appended', last, sequence: rows[Math.max(events.length - 1, 0)]?.sequence };
    },

    async delete(name, expected, how) {
      const head = heads.get(name);
      const event = tombstone(randomUUID());
      const decision = decide(head, expected, [event.id]);
      if (decision.kind === 'repeat') throw new Error(`a new event of ${name} repeats an old one`);
      if (decision.kind !== 'write') return refuse(head, decision.kind);
      if (how === 'soft' && head.last < 0) return refuse(head, 'wrong-expected-revision');
      // Its metadata has ended for good, so nothing can say any more that the stream is deleted.
      if (how === 'soft' && heads.isTombstoned(heads.get(metadataStreamOf(name))))
        return refuse(head, 'stream-deleted');
      assertRoom(1);
      const row =
        how === 'soft'
          ? metadataRow(name, DELETED_METADATA, Date.now())
          : rowOf(head, event, TOMBSTONE_REVISION, Date.now());
      await commits.add([row]);
      return { kind: 'deleted', sequence: row.sequence };
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
  return store;
}
