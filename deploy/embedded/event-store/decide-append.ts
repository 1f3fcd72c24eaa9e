/** What the writer says about the stream: any state, none, some, or exactly this last revision. */
export type ExpectedRevision = 'any' | 'no_stream' | 'stream_exists' | bigint;

/** The stream as all appends before this one leave it, whether they are on disk yet or not. */
export interface StreamState {
  /** The revision of its last event; -1 without events. */
  readonly last: number;
  /** The id of its event at a revision. */
  idAt(revision: number): string | undefined;
  /** Whether it has ended for good. */
  isTombstoned(): boolean;
  /** Whether it was deleted, and nothing was appended since. */
  isDeleted(): boolean;
  /** Whether metadata was written for it: that too makes a stream exist. */
  hasMetadata(): boolean;
}

export type Decision =
  | { readonly kind: 'write' }
  /** The same append was here before: its last event is at `revision`. */
  | { readonly kind: 'repeat'; readonly revision: number }
  | { readonly kind: 'wrong-expected-revision' }
  | { readonly kind: 'stream-deleted' };

const WRITE: Decision = { kind: 'write' };
const REFUSE: Decision = { kind: 'wrong-expected-revision' };
const DELETED: Decision = { kind: 'stream-deleted' };

/**
 * Decides an append as EventStoreDB does (its IndexWriter.CheckCommit): the expected revision against the stream, and
 * a repeat of earlier events told by their ids.
 * @param ids the new events' ids, in order; none for an append without events
 * @param recentRevisionOf where an id was written in this stream, as far as it is remembered
 */
export function decideAppend(
  stream: StreamState,
  expected: ExpectedRevision,
  ids: readonly string[],
  recentRevisionOf: (id: string) => number | undefined,
): Decision {
  if (stream.isTombstoned()) return DELETED;
  if (expected === 'any') return decideByRecentIds(ids, recentRevisionOf);
  if (expected === 'stream_exists') {
    if (stream.isDeleted()) return DELETED;
    if (stream.last < 0 && !stream.hasMetadata()) return REFUSE;
    return decideByRecentIds(ids, recentRevisionOf);
  }
  const at = expected === 'no_stream' ? -1 : Number(expected);
  if (at === stream.last) return WRITE;
  if (at > stream.last || ids.length === 0) return REFUSE;
  const differs = ids.findIndex((id, i) => stream.idAt(at + 1 + i) !== id);
  if (differs === -1) return { kind: 'repeat', revision: at + ids.length };
  // A deleted stream counts as missing, unless this repeats what began it.
  return expected === 'no_stream' && differs === 0 && stream.isDeleted() ? WRITE : REFUSE;
}

/** The first id alone decides whether it is a repeat; a repeat with ids that are not known is refused. */
function decideByRecentIds(ids: readonly string[], recentRevisionOf: (id: string) => number | undefined): Decision {
  let revision: number | undefined;
  for (const [i, id] of ids.entries()) {
    const known = recentRevisionOf(id);
    if (known === undefined) return i === 0 ? WRITE : REFUSE;
    revision = known;
  }
  return revision === undefined ? WRITE : { kind: 'repeat', revision };
}
