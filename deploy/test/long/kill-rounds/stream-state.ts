/** A stream as its writer knows it, and what the store has to answer about it: the model, in a page. */
export interface StreamState {
  /** The revision of its last event; -1n without any. */
  readonly last: bigint;
  /** Soft-deleted, and nothing appended since. */
  readonly deleted: boolean;
  readonly tombstoned: boolean;
  /** In force, as the newest event of its metadata stream has it. */
  readonly metadata: Metadata | undefined;
}

export type Metadata = Readonly<Record<string, unknown>>;

export type Expected = 'any' | 'no_stream' | 'stream_exists' | bigint;

export type Answer = 'taken' | 'wrong-revision' | 'stream-deleted';

/** `$tb` of a deleted stream: 2^63 - 1, as JSON.parse reads it. */
export const DELETED_TB = Number(2n ** 63n - 1n);
export const TOMBSTONE_REVISION = 2n ** 63n - 1n;

export const MISSING: StreamState = { last: -1n, deleted: false, tombstoned: false, metadata: undefined };

/** What an append of new events is answered. */
export function answerToAppend(state: StreamState, expected: Expected): Answer {
  if (state.tombstoned) return 'stream-deleted';
  switch (expected) {
    case 'any':
      return 'taken';
    case 'no_stream':
      return state.last === -1n || state.deleted ? 'taken' : 'wrong-revision';
    case 'stream_exists':
      if (state.deleted) return 'stream-deleted';
      return state.last === -1n ? 'wrong-revision' : 'taken';
    default:
      return expected === state.last ? 'taken' : 'wrong-revision';
  }
}

/** What a delete, with any revision expected, is answered. */
export function answerToDelete(state: StreamState): Answer {
  if (state.tombstoned) return 'stream-deleted';
  return state.last === -1n ? 'wrong-revision' : 'taken';
}

/** What tombstoning it, or setting its metadata, is answered. */
export const answerToChange = (state: StreamState): Answer => (state.tombstoned ? 'stream-deleted' : 'taken');

/** A deleted stream comes back by the append, with what is appended from then on. */
export function afterAppend(state: StreamState, events: number): StreamState {
  const next = { ...state, last: state.last + BigInt(events) };
  return state.deleted ? { ...next, deleted: false, metadata: undeleted(state, state.metadata) } : next;
}

/** A deleted stream comes back by new metadata too, without any of its events. */
export function afterMetadata(state: StreamState, metadata: Metadata): StreamState {
  if (!state.deleted) return { ...state, metadata };
  return { ...state, deleted: false, metadata: undeleted(state, metadata) };
}

export const afterDelete = (state: StreamState): StreamState => ({
  ...state,
  deleted: true,
  metadata: { $tb: DELETED_TB },
});

export const afterTombstone = (state: StreamState): StreamState => ({ ...state, tombstoned: true });

export const undeleted = (state: StreamState, metadata: Metadata | undefined): Metadata => ({
  ...metadata,
  $tb: Number(state.last + 1n),
});

/** The first revision that readers see, if the stream is there for them. */
export function firstVisible({ last, deleted, metadata }: StreamState): bigint {
  if (deleted) return last + 1n;
  const { $tb, $maxCount } = metadata ?? {};
  const truncated = typeof $tb === 'number' ? BigInt($tb) : 0n;
  const counted = typeof $maxCount === 'number' ? last - BigInt($maxCount) + 1n : 0n;
  return truncated > counted ? truncated : counted;
}
