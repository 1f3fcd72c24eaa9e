/**
 * What the services need of an event store, in the words of EventStoreDB: streams with revisions, `$all` with positions.
 * The one implementation is in `eventstoredb.ts`; nothing outside this folder imports a client library.
 */

/** An event to append. `id` is a UUID, fresh for each decided event; only a resend of the very same bytes keeps it. */
export interface JsonEvent {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface RecordedEvent {
  readonly stream: string;
  readonly id: string;
  readonly type: string;
  readonly revision: number;
  /** The event's place in the whole store; rises from event to event, with gaps. */
  readonly position: bigint;
  /** When the store wrote it. */
  readonly created: Date;
  readonly data: unknown;
  readonly metadata: unknown;
}

/** `no_stream`: it must not exist yet; a number: the revision of its newest event. */
export type ExpectedRevision = 'any' | 'no_stream' | number;

export interface Appended {
  /** Revision of the append's last event. */
  readonly revision: number;
}

export interface EventStore {
  /**
   * Appends all events or none, and returns once they are on disk. The very same events at the same exact revision may
   * be sent again: the store then answers with the first result and writes nothing.
   * @throws WrongRevisionError nothing was written by this attempt; an earlier one of the same events may have been.
   * @throws OutcomeUnknownError it may have been written, or may yet be.
   */
  append(
    stream: string,
    events: readonly JsonEvent[],
    expected: ExpectedRevision,
    timeoutMs: number,
  ): Promise<Appended>;

  /** Events from `fromRevision` on, in order, at most `limit`; none where the stream does not exist. @throws StoreUnavailableError */
  readForwards(stream: string, fromRevision: number, limit?: number): AsyncIterable<RecordedEvent>;

  /** The newest event; undefined where the stream does not exist. @throws StoreUnavailableError */
  readLast(stream: string): Promise<RecordedEvent | undefined>;

  /** Every event of the store that still exists, newest first. @throws StoreUnavailableError */
  readAllBackwards(): AsyncIterable<RecordedEvent>;

  /** Every event from the one at `position` (included) on. Empty at the end. @throws StoreUnavailableError */
  readAllForwards(position: bigint, limit: number): AsyncIterable<RecordedEvent>;

  /**
   * Events of all streams whose name has the prefix, after `position` (excluded; undefined: from the start), then live
   * ones as they come, until `signal` aborts. They are given out together that have come together, at least one at a
   * time; while the consumer is busy, the store waits. Ends with StoreUnavailableError when the connection is lost or the
   * store drops a consumer that is too slow; subscribing again from the last position taken in is then routine.
   */
  subscribeToAll(options: {
    readonly streamPrefix: string;
    readonly after: bigint | undefined;
    readonly signal: AbortSignal;
  }): AsyncIterable<readonly RecordedEvent[]>;

  /** Sets `$maxCount` of a stream: only that many newest events stay readable. */
  setMaxCount(stream: string, maxCount: number): Promise<void>;

  dispose(): Promise<void>;
}

/** The stream was not at the expected revision. */
export class WrongRevisionError extends Error {
  override readonly name = 'WrongRevisionError';
}

/** It is not known whether an append took place: no answer came in time, or the connection broke. */
export class OutcomeUnknownError extends Error {
  override readonly name = 'OutcomeUnknownError';
}

/** The event store can't be read now. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** A stream is not as this ledger left it, such as one that was deleted or truncated. */
export class StreamDamagedError extends Error {
  override readonly name = 'StreamDamagedError';
}
