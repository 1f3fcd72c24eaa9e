import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  type AllStreamResolvedEvent,
  BACKWARDS,
  type RecordedEvent as ClientRecordedEvent,
  END,
  type EventType,
  FORWARDS,
  START,
  StreamDeletedError,
  type StreamingRead,
  StreamNotFoundError,
  streamNameFilter,
} from '@eventstore/db-client';
import { createAppending } from './appending.ts';
import { newClient } from './client.ts';
import { type EventStore, type RecordedEvent, StoreUnavailableError, StreamDamagedError } from './event-store.ts';
import { messageOf } from './message-of.ts';
import { withTimeout } from './with-timeout.ts';

/** How long a read waits for its next event. */
const defaultReadTimeoutMs = 5_000;

const metadataTimeoutMs = 3_000;

/**
 * A read of so many events at most is read to its end when its consumer leaves it, for that costs less than to cancel it:
 * servers of HTTP/2 break connections on which many calls are reset (CVE-2023-44487).
 */
const shortReadEvents = 64;

/**
 * Connects to EventStoreDB, KurrentDB or the embedded node. The connection is made by the first call, and again by the
 * next call after it was lost.
 * @param url a connection string, such as esdb://127.0.0.1:2113?tls=false
 */
export function connectEventStore(url: string, { readTimeoutMs = defaultReadTimeoutMs } = {}): EventStore {
  const client = newClient(url);
  // Of its own: what is read may keep a connection busy, and a long read its server.
  const appending = createAppending(newClient(url));

  async function* readForwards(stream: string, fromRevision: number, limit?: number): AsyncIterable<RecordedEvent> {
    let isComplete = fromRevision > 0;
    const reading = () =>
      client.readStream(stream, {
        direction: FORWARDS,
        fromRevision: BigInt(fromRevision),
        requiresLeader: true,
        ...(limit === undefined ? {} : { maxCount: limit }),
      });
    const onMissing = () => {
      isComplete = true;
    };
    const isShort = limit !== undefined && limit <= shortReadEvents;
    for await (const event of recordedEvents(reading, `read of ${stream}`, { readTimeoutMs, isShort, onMissing })) {
      isComplete = true;
      yield event;
    }
    // The server says of a stream that it is not there, or shows its first events; the client ends some broken calls as if
    // they were complete.
    if (!isComplete) throw new StoreUnavailableError(`read of ${stream}: ended before its first event`);
  }

  async function readLast(stream: string): Promise<RecordedEvent | undefined> {
    const reading = () =>
      client.readStream(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 1, requiresLeader: true });
    for await (const event of recordedEvents(reading, `read of ${stream}`, { readTimeoutMs, isShort: true }))
      return event;
    return undefined;
  }

  async function* readAllBackwards(): AsyncIterable<RecordedEvent> {
    let last: bigint | undefined;
    for (let isComplete = false; !isComplete; ) {
      const fromPosition = last === undefined ? END : { commit: last, prepare: last };
      const reading = () =>
        client.readAll({ direction: BACKWARDS, fromPosition, maxCount: shortReadEvents, requiresLeader: true });
      isComplete = true;
      for await (const event of recordedEvents(reading, 'read of $all', { readTimeoutMs, isShort: true })) {
        // A page begins before the event at its position.
        last = event.position;
        isComplete = false;
        yield event;
      }
    }
  }

  async function* readAllForwards(position: bigint, limit: number): AsyncIterable<RecordedEvent> {
    const fromPosition = { commit: position, prepare: position };
    const reading = () => client.readAll({ direction: FORWARDS, fromPosition, maxCount: limit, requiresLeader: true });
    yield* recordedEvents(reading, 'read of $all', { readTimeoutMs, isShort: limit <= shortReadEvents });
  }

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
    readForwards,
    readLast,
    readAllBackwards,
    readAllForwards,
    subscribeToAll,
    setMaxCount,
    async dispose() {
      await Promise.all([appending.dispose(), client.dispose()]);
    },
  };
}

type Resolved = Parameters<typeof toRecordedEvent>[0];

/** Runs a read and translates its errors; what the consumer of the events throws passes through. */
async function* recordedEvents(
  start: () => StreamingRead<Resolved>,
  what: string,
  options: { readTimeoutMs: number; isShort: boolean; onMissing?: () => void },
): AsyncGenerator<RecordedEvent> {
  const reading = start();
  const { readTimeoutMs: timeoutMs, isShort } = options;
  const items = itemsOf<Resolved>(reading, () => reading.cancel(), { timeoutMs, isShort });
  try {
    for (;;) {
      let next: IteratorResult<Resolved>;
      try {
        next = await items.next();
      } catch (error) {
        if (error instanceof StreamNotFoundError) {
          options.onMissing?.();
          return;
        }
        if (error instanceof StreamDeletedError) throw new StreamDamagedError(`${what}: deleted`, { cause: error });
        throw new StoreUnavailableError(`${what}: ${messageOf(error)}`, { cause: error });
      }
      if (next.done) return;
      const event = toRecordedEvent(next.value);
      if (event) yield event;
    }
  } finally {
    await items.return(undefined);
  }
}

/**
 * What one of the client's streams brings, each item within `timeoutMs`: a read has no deadline of its own, and would wait
 * for ever for a server that hangs. A stream that is left early is cancelled and read out: the client keeps a call until
 * it has ended, and a call whose stream was only destroyed never does, nor does `dispose` then.
 */
async function* itemsOf<Item>(
  stream: Readable,
  cancel: () => Promise<void>,
  { timeoutMs, isShort = false }: { timeoutMs?: number; isShort?: boolean } = {},
): AsyncGenerator<Item, undefined> {
  const items: AsyncIterator<Item> = stream.iterator({ destroyOnReturn: false });
  let isOver = false;
  let isHanging = false;
  const onTimeout = () => {
    isHanging = true;
  };
  try {
    for (;;) {
      isOver = true;
      const pending = items.next();
      const next = await (timeoutMs === undefined ? pending : withTimeout(pending, timeoutMs, onTimeout));
      if (next.done) return;
      isOver = false;
      yield next.value;
    }
  } finally {
    if (!isOver || isHanging) {
      // Of one that hangs, the iterator would wait for what never comes.
      if (!isHanging) await items.return?.();
      // Nobody is left to be told that the connection was lost.
      stream.on('error', () => undefined);
      stream.resume();
      if (isHanging || !isShort) await cancel();
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
