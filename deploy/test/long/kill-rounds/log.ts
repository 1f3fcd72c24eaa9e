import { isDeepStrictEqual } from 'node:util';
import type { AllStreamRecordedEvent } from '@eventstore/db-client';
import {
  afterAppend,
  afterDelete,
  afterMetadata,
  afterTombstone,
  DELETED_TB,
  firstVisible,
  type Metadata,
  MISSING,
  type StreamState,
  TOMBSTONE_REVISION,
  undeleted,
} from './stream-state.ts';

/** An event as it stands in the whole store, without its content. */
export interface Entry {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: bigint;
  readonly id: string;
  readonly type: string;
}

/** What an event does to its stream. */
export type Effect = 'append' | 'metadata' | 'delete' | 'tombstone' | 'undelete';

/** The whole store as it was read, and every stream's state, folded from nothing else. */
export interface Log {
  readonly entries: readonly Entry[];
  /** Takes the next event in. @throws Error where it cannot come next */
  take(event: AllStreamRecordedEvent): { readonly entry: Entry; readonly effect: Effect };
  state(stream: string): StreamState;
  /** The ids of a stream's events, by revision. */
  ids(stream: string): readonly string[];
  /** Events of lower revisions were hidden at some time. */
  hiddenBelow(stream: string): bigint;
  /** @throws Error where something that the store writes as a whole is there by half */
  expectWhole(): void;
}

export const entryOf = ({ streamId, revision, id, type, position }: AllStreamRecordedEvent): Entry => ({
  position: position?.commit ?? -1n,
  stream: streamId,
  revision,
  id,
  type,
});

interface Known {
  state: StreamState;
  ids: string[];
  hiddenBelow: bigint;
  /** The metadata that the store itself has to write in the same append that brings a deleted stream back. */
  owed: Metadata | undefined;
}

export function createLog(): Log {
  const entries: Entry[] = [];
  const streams = new Map<string, Known>();
  const metadataRevisions = new Map<string, bigint>();
  const owing = new Set<string>();

  function known(name: string): Known {
    let found = streams.get(name);
    if (!found) {
      found = { state: MISSING, ids: [], hiddenBelow: 0n, owed: undefined };
      streams.set(name, found);
    }
    return found;
  }

  function owe(name: string, stream: Known, metadata: Metadata | undefined): void {
    stream.owed = metadata;
    if (metadata) owing.add(name);
    else owing.delete(name);
  }

  function takeMetadata(entry: Entry, data: unknown): Effect {
    const described = entry.stream.slice(2);
    const stream = known(described);
    const expected = (metadataRevisions.get(entry.stream) ?? -1n) + 1n;
    if (entry.revision !== expected) throw misplaced(entry, `revision ${expected} is next`);
    metadataRevisions.set(entry.stream, entry.revision);
    const metadata = (data ?? {}) as Metadata;
    if (stream.owed) {
      if (!isDeepStrictEqual(metadata, stream.owed)) {
        throw misplaced(entry, `the stream comes back by ${JSON.stringify(stream.owed)}`);
      }
      owe(described, stream, undefined);
      return 'undelete';
    }
    if (metadata['$tb'] === DELETED_TB) {
      stream.state = afterDelete(stream.state);
      return 'delete';
    }
    if (stream.state.deleted) owe(described, stream, undeleted(stream.state, metadata));
    stream.state = afterMetadata(stream.state, metadata);
    return 'metadata';
  }

  function takeEvent(entry: Entry): Effect {
    const stream = known(entry.stream);
    if (stream.state.tombstoned) throw misplaced(entry, 'the stream has a tombstone');
    if (entry.type === '$streamDeleted') {
      if (entry.revision !== TOMBSTONE_REVISION) throw misplaced(entry, 'a tombstone has the largest revision');
      stream.state = afterTombstone(stream.state);
      return 'tombstone';
    }
    if (entry.revision !== stream.state.last + 1n) throw misplaced(entry, `revision ${stream.state.last + 1n} is next`);
    const before = stream.state;
    stream.state = afterAppend(before, 1);
    if (before.deleted) owe(entry.stream, stream, stream.state.metadata);
    stream.ids.push(entry.id);
    return 'append';
  }

  return {
    entries,
    take(event) {
      const entry = entryOf(event);
      const before = entries.at(-1);
      if (before && entry.position <= before.position) throw misplaced(entry, `it stands after ${before.position}`);
      const isMetadata = entry.stream.startsWith('$$');
      const effect = isMetadata ? takeMetadata(entry, event.data) : takeEvent(entry);
      const stream = known(isMetadata ? entry.stream.slice(2) : entry.stream);
      const first = firstVisible(stream.state);
      if (first > stream.hiddenBelow) stream.hiddenBelow = first;
      entries.push(entry);
      return { entry, effect };
    },
    state: (name) => streams.get(name)?.state ?? MISSING,
    ids: (name) => streams.get(name)?.ids ?? [],
    hiddenBelow: (name) => streams.get(name)?.hiddenBelow ?? 0n,
    expectWhole() {
      if (owing.size > 0) throw new Error(`deleted streams that came back by half: ${[...owing].join(', ')}`);
    },
  };
}

function misplaced({ position, stream, revision, type }: Entry, why: string): Error {
  return new Error(`${type} at revision ${revision} of ${stream}, position ${position}: ${why}`);
}
