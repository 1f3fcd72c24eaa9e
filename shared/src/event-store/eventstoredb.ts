import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  type AllStreamResolvedEvent,
  type RecordedEvent as ClientRecordedEvent,
  type EventType,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { createAppending } from './appending.ts';
import { newClient } from './client.ts';
import { type EventStore, type RecordedEvent, StoreUnavailableError } from './event-store.ts';
import { messageOf } from './message-of.ts';
import { createReading } from './reading.ts';

/** How long a read waits for its next event. */
const defaultReadTimeoutMs = 5_000;

const metadataTimeoutMs = 3_000;

/**
 * Connects to EventStoreDB, KurrentDB or the embedded node. The connection is made by the first call, and again by the
 * next call after it was lost.
 * @param url a connection string, such as esdb://127.0.0.1:2113?tls=false
 */
export function connectEventStore(url: string, { readTimeoutMs = defaultReadTimeoutMs } = {}): EventStore {
  const client = newClient(url);
  // Of its own: what is read may keep a connection busy, and a long read its server.
  const appending = createAppending(newClient(url));
  const { cancelAll, ...reading } = createReading(client, readTimeoutMs);

  async function* subscribeToAll(options: Parameters<EventStore['subscribeToAll']>[0]): AsyncIterable<RecordedEvent> {
    const { streamPrefix, after, signal } = options;
    if (signal.aborted) return;
    const subscription = client.subscribeToAll({
      fromPosition: after === undefined ? START : { commit: after, prepare: after },
      filter: streamNameFilter({ prefixes: [streamPrefix] }),
    });
    const unsubscribe = () => void subscription.unsubscribe();
    signal.addEventListener('abort', unsubscribe, { once: true });
    try {
      for await (const resolved of itemsOf<AllStreamResolvedEvent>(subscription, () => subscription.unsubscribe())) {
        if (signal.aborted) return;
        const event = toRecordedEvent(resolved);
        if (event) yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      throw new StoreUnavailableError(`the subscription ended: ${messageOf(error)}`, { cause: error });
    } finally {
      signal.removeEventListener('abort', unsubscribe);
    }
    if (!signal.aborted) throw new StoreUnavailableError('the subscription ended');
  }

  async function setMaxCount(stream: string, maxCount: number): Promise<void> {
    try {
      const metadata = { id: randomUUID(), type: '$metadata', data: { $maxCount: maxCount } };
      await appending.append(`$$${stream}`, [metadata], 'any', metadataTimeoutMs);
    } catch (error) {
      throw new StoreUnavailableError(`metadata of ${stream}: ${messageOf(error)}`, { cause: error });
    }
  }

  return {
    append: appending.append,
    ...reading,
    subscribeToAll,
    setMaxCount,
    async dispose() {
      cancelAll(new Error('the event store is closed'));
      await Promise.all([appending.dispose(), client.dispose()]);
    },
  };
}

/**
 * What one of the client's subscriptions brings. One that is left early is cancelled and read out: the client keeps a call
 * until it has ended, and a call whose stream was only destroyed never does, nor does `dispose` then.
 */
async function* itemsOf<Item>(stream: Readable, cancel: () => Promise<void>): AsyncGenerator<Item, undefined> {
  const items: AsyncIterator<Item> = stream.iterator({ destroyOnReturn: false });
  let isOver = false;
  try {
    for (;;) {
      isOver = true;
      const next = await items.next();
      if (next.done) return;
      isOver = false;
      yield next.value;
    }
  } finally {
    if (!isOver) {
      await items.return?.();
      // Nobody is left to be told that the connection was lost.
      stream.on('error', () => undefined);
      stream.resume();
      await cancel();
    }
  }
}

function toRecordedEvent({ event }: { event?: ClientRecordedEvent<EventType> | undefined }): RecordedEvent | undefined {
  if (!event) return undefined;
  const { streamId, id, type, revision, created, data, metadata, position } = event;
  if (!position) throw new Error('the event store tells no positions: it has to be EventStoreDB 22.6 or later');
  return {
    stream: streamId,
    id,
    type,
    revision: Number(revision),
    position: position.commit,
    created,
    data,
    metadata,
  };
}
