import {
  BACKWARDS,
  END,
  type EventStoreDBClient,
  FORWARDS,
  StreamDeletedError,
  StreamNotFoundError,
} from '@eventstore/db-client';
import { expect } from 'chai';
import type { Log } from './log.ts';
import { firstVisible, type Metadata, type StreamState } from './stream-state.ts';

type Seen = 'no stream' | 'tombstone' | readonly (readonly [revision: bigint, id: string])[];

/** Long streams are read at their end only. */
const MOST_EVENTS = 300n;

const READS_AT_ONCE = 16;

/** Reads streams, both ways, and their metadata: they show what the log says of them. @throws AssertionError */
export async function compareStreams(log: Log, client: EventStoreDBClient, streams: Iterable<string>): Promise<void> {
  const left = [...streams];
  const side = async (): Promise<void> => {
    for (let stream = left.pop(); stream !== undefined; stream = left.pop()) await compareStream(log, client, stream);
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, side));
}

async function compareStream(log: Log, client: EventStoreDBClient, stream: string): Promise<void> {
  const state = log.state(stream);
  const from = state.last >= MOST_EVENTS ? state.last - MOST_EVENTS : 0n;
  const expected = expectedOf(log, stream, state, from);
  const forwards = await seen(client.readStream(stream, { direction: FORWARDS, fromRevision: from }));
  expect(forwards, `${stream}, read forwards`).to.deep.equal(expected);
  const maxCount = Number(state.last - from) + 2;
  const backwards = await seen(client.readStream(stream, { direction: BACKWARDS, fromRevision: END, maxCount }));
  const turned = typeof backwards === 'string' ? backwards : backwards.filter(([revision]) => revision >= from);
  expect(typeof turned === 'string' ? turned : turned.toReversed(), `${stream}, backwards`).to.deep.equal(expected);
  expect(await metadataOf(client, stream), `metadata of ${stream}`).to.deep.equal(
    state.tombstoned ? 'tombstone' : readable(state.metadata),
  );
}

function expectedOf(log: Log, stream: string, state: StreamState, from: bigint): Seen {
  if (state.tombstoned) return 'tombstone';
  if (state.last === -1n || state.deleted) return 'no stream';
  const first = firstVisible(state);
  return log
    .ids(stream)
    .map((id, revision) => [BigInt(revision), id] as const)
    .filter(([revision]) => revision >= first && revision >= from);
}

async function seen(read: ReturnType<EventStoreDBClient['readStream']>): Promise<Seen> {
  const events: [bigint, string][] = [];
  try {
    for await (const { event } of read) if (event) events.push([event.revision, event.id]);
  } catch (error) {
    if (error instanceof StreamNotFoundError) return 'no stream';
    if (error instanceof StreamDeletedError) return 'tombstone';
    throw error;
  }
  return events;
}

async function metadataOf(client: EventStoreDBClient, stream: string): Promise<unknown> {
  try {
    return (await client.getStreamMetadata(stream)).metadata;
  } catch (error) {
    if (error instanceof StreamDeletedError) return 'tombstone';
    throw error;
  }
}

/** The names that the client gives to what the store calls `$maxCount` and `$tb`. */
function readable(metadata: Metadata | undefined): Metadata | undefined {
  if (!metadata) return undefined;
  const names: Readonly<Record<string, string>> = { $maxCount: 'maxCount', $tb: 'truncateBefore' };
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [names[name] ?? name, value]));
}
