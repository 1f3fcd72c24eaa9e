import type { EventStoreDBClient } from '@eventstore/db-client';
import { type EventStore, type RecordedEvent, StoreUnavailableError } from './event-store.ts';
import { ReadCall, shortReadEvents } from './read-call.ts';
import { readAllMessage, readStreamMessage } from './read-message.ts';
import { subscribeToAllMessage } from './subscribe-message.ts';

export type Reading = Pick<
  EventStore,
  'readForwards' | 'readLast' | 'readAllBackwards' | 'readAllForwards' | 'subscribeToAll'
> & {
  /** Ends what is under way: whoever waits for an event is told why none comes. */
  cancelAll(why: Error): void;
};

/**
 * Reads and subscriptions, each by a call of its own, from the leader: a follower may not know yet what was acknowledged.
 * @param readTimeoutMs how long a read waits for its next event, and a subscription for its confirmation
 */
export function createReading(client: EventStoreDBClient, readTimeoutMs: number): Reading {
  const open = new Set<ReadCall>();

  function start(message: Buffer, what: string, limit: number): ReadCall {
    const call = new ReadCall(client, message, { what, limit, timeoutMs: readTimeoutMs });
    open.add(call);
    return call;
  }

  function leave(call: ReadCall): void {
    open.delete(call);
    call.leave();
  }

  /** @param mayBeEmpty whether it is complete that has no event, where the server does not say that there is no stream */
  async function* eventsOf(
    message: Buffer,
    what: string,
    limit: number,
    mayBeEmpty = true,
  ): AsyncGenerator<RecordedEvent> {
    const call = start(message, what, limit);
    let isComplete = mayBeEmpty;
    try {
      for (let events = await call.next(); events; events = await call.next()) {
        isComplete = true;
        for (const event of events) yield event;
      }
    } finally {
      leave(call);
    }
    if (!isComplete && !call.isMissing) throw new StoreUnavailableError(`${what}: ended before its first event`);
  }

  function readForwards(stream: string, fromRevision: number, limit?: number): AsyncIterable<RecordedEvent> {
    const message = readStreamMessage(stream, { direction: 'forwards', from: fromRevision, limit });
    // The server says of a stream that it is not there, or shows its first events.
    return eventsOf(message, `read of ${stream}`, limit ?? Number.POSITIVE_INFINITY, fromRevision > 0);
  }

  async function readLast(stream: string): Promise<RecordedEvent | undefined> {
    const message = readStreamMessage(stream, { direction: 'backwards', from: 'end', limit: 1 });
    const call = start(message, `read of ${stream}`, 1);
    try {
      return (await call.next())?.[0];
    } finally {
      leave(call);
    }
  }

  async function* readAllBackwards(): AsyncIterable<RecordedEvent> {
    const limit = shortReadEvents;
    let last: bigint | undefined;
    for (let isComplete = false; !isComplete; ) {
      const message = readAllMessage({ direction: 'backwards', from: last ?? 'end', limit });
      isComplete = true;
      for await (const event of eventsOf(message, 'read of $all', limit)) {
        // A page begins before the event at its position.
        last = event.position;
        isComplete = false;
        yield event;
      }
    }
  }

  function readAllForwards(position: bigint, limit: number): AsyncIterable<RecordedEvent> {
    const message = readAllMessage({ direction: 'forwards', from: position, limit });
    return eventsOf(message, 'read of $all', limit);
  }

  async function* subscribeToAll({
    streamPrefix,
    after,
    signal,
  }: Parameters<EventStore['subscribeToAll']>[0]): AsyncIterable<readonly RecordedEvent[]> {
    if (signal.aborted) return;
    const what = 'subscription to $all';
    const call = start(subscribeToAllMessage(streamPrefix, after), what, Number.POSITIVE_INFINITY);
    const stop = () => call.leave();
    signal.addEventListener('abort', stop, { once: true });
    try {
      for (let events = await call.next(); events && !signal.aborted; events = await call.next()) yield events;
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      leave(call);
    }
    if (!signal.aborted) throw new StoreUnavailableError(`${what}: ended by the server`);
  }

  return {
    readForwards,
    readLast,
    readAllBackwards,
    readAllForwards,
    subscribeToAll,
    cancelAll(why) {
      for (const call of open) call.cancel(why);
    },
  };
}
