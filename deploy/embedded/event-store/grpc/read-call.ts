import { randomUUID } from 'node:crypto';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { SCAN_ENTRIES } from '../backlog.ts';
import { DamagedStoreError } from '../damage.ts';
import type { EventStore } from '../event-store.ts';
import { createLinkResolver } from '../links.ts';
import { readAllPage, readStreamPage, type Visit, viewStream } from '../read-pages.ts';
import { ConsumerTooSlowError, followAll, followStream, StreamDeletedError, type Subscriber } from '../subscription.ts';
import { readCheckpoint, readEvent, resolvedLink } from './encode-event.ts';
import { handlerThrew, streamDeleted } from './errors.ts';
import { createOutlet, type Outlet } from './event-outlet.ts';
import { type AllRequest, parseReadRequest, type ReadRequest, type StreamRequest } from './read-request.ts';
import type { Call, Method } from './transport/call.ts';
import { oneRequest } from './transport/one-request.ts';
import { GrpcError, status } from './transport/status.ts';

const PAGE_EVENTS = 256;

export interface ReadOptions {
  /** How many events a live subscriber may be behind before it is dropped. */
  readonly liveLag: number;
}

export interface ReadCalls {
  readonly read: Method;
  /** Resolves when no call reads from the store any more. */
  ended(this: void): Promise<void>;
}

/** The Read call: reads and subscriptions, of one stream and of all. */
export function createReadCalls(store: EventStore, { liveLag }: ReadOptions): ReadCalls {
  const reading = new Set<Promise<void>>();

  async function answer(request: Buffer, call: Call): Promise<void> {
    const done = perform(request, createOutlet(call));
    const settled = done.then(
      () => undefined,
      () => undefined,
    );
    reading.add(settled);
    try {
      await done;
    } catch (error) {
      throw asGrpcError(error);
    } finally {
      reading.delete(settled);
    }
  }

  /** A subscription has no end of its own, and a long read can be asked for again: a node that stops ends both. */
  const read: Method = (call) => ({ ...oneRequest(answer)(call), stopping: call.cut });

  async function ended(): Promise<void> {
    await Promise.all(reading);
  }

  async function perform(message: Buffer, outlet: Outlet): Promise<void> {
    const request = parseReadRequest(message);
    if (request.kind === 'stream') {
      if (request.count === 'subscription') return subscribeToStream(request, outlet);
      return readStream(request, request.count, outlet);
    }
    if (request.count === 'subscription') return subscribeToAll(request, outlet);
    return readAll(request, request.count, outlet);
  }

  async function readStream(request: StreamRequest, count: number, outlet: Outlet): Promise<void> {
    const { stream, backwards } = request;
    // As the real server, whatever the stream is like.
    const asksForNothing = count === 0 || (request.from === 'end' && !backwards);
    if (asksForNothing) throw new GrpcError(status.UNKNOWN, 'Unexpected ReadStreamResult: Error');
    const view = viewStream(store, stream);
    if (view.state === 'tombstoned') throw streamDeleted(stream);
    if (view.state !== 'present') {
      outlet.send(notFound(stream));
      return;
    }
    const range = view.shown;
    const send = sender(request, outlet);
    let from: number | undefined = request.from === 'end' ? range.last : request.from;
    let left = count;
    while (from !== undefined && left > 0 && !outlet.gone.aborted) {
      const limit = Math.min(left, PAGE_EVENTS);
      from = readStreamPage(store, range, { from, backwards, limit }, (record, sequence) => {
        left -= 1;
        return send(record, sequence);
      });
      await outlet.ready();
    }
  }

  async function readAll(request: AllRequest, count: number, outlet: Outlet): Promise<void> {
    const { backwards, matches } = request;
    const send = sender(request, outlet);
    const newest = store.newest();
    const last = backwards ? 1 : newest;
    if (!isPosition(request.from)) throw new GrpcError(status.UNKNOWN, 'Unexpected ReadAllResult: Error');
    // Forwards the position itself is read, backwards it is not.
    const start = request.from === 'end' ? newest + 1 : request.from;
    let from = backwards ? Math.min(start - 1, newest) : Math.max(start, 1);
    let left = count;
    while (left > 0 && (backwards ? from >= last : from <= last) && !outlet.gone.aborted) {
      const to = backwards ? Math.max(last, from - SCAN_ENTRIES) : Math.min(last, from + SCAN_ENTRIES);
      from = readAllPage(store, { from, to, backwards, matches }, (record, sequence) => {
        left -= 1;
        return send(record, sequence) && left > 0;
      });
      await outlet.ready();
    }
  }

  /** Where an event is, or was an append without events; or the start, or anywhere beyond the end. */
  function isPosition(from: number | 'end'): boolean {
    if (from === 'end' || from === 0 || from > store.newest()) return true;
    return Number.isInteger(from) && store.storage.record(from) !== undefined;
  }

  async function subscribeToStream(request: StreamRequest, outlet: Outlet): Promise<void> {
    const { stream } = request;
    // A subscription goes on after the revision given.
    const after = request.fromStart ? -1 : request.from;
    if (after !== 'end' && viewStream(store, stream).state === 'tombstoned') throw streamDeleted(stream);
    outlet.send(confirmation());
    await followStream(store, { stream, after, liveLag }, subscriberAt(outlet, sender(request, outlet)));
  }

  async function subscribeToAll(request: AllRequest, outlet: Outlet): Promise<void> {
    const { from, matches, checkpoints } = request;
    const after = from === 'end' ? store.newest() : from;
    if (!isPosition(after)) throw handlerThrew();
    outlet.send(confirmation());
    const options = checkpoints ? { after, matches, checkpoints, liveLag } : { after, matches, liveLag };
    await followAll(store, options, subscriberAt(outlet, sender(request, outlet)));
  }

  /** How the events of a request go out: as they are, or with the events that links point to. */
  function sender({ resolveLinks, uuid }: ReadRequest, outlet: Outlet): Visit {
    if (!resolveLinks) return (record, sequence) => outlet.put(readEvent(record, sequence, uuid));
    const resolve = createLinkResolver(store);
    return (record, sequence) => {
      const link = resolve(record, sequence);
      return outlet.put(link ? resolvedLink(link, uuid) : readEvent(record, sequence, uuid));
    };
  }

  return { read, ended };
}

function subscriberAt(outlet: Outlet, send: Visit): Subscriber {
  return {
    gone: outlet.gone,
    ready: () => outlet.ready(),
    event: send,
    checkpoint(commit, prepare) {
      outlet.put(readCheckpoint(commit, prepare));
    },
    caughtUp() {
      outlet.send(messageWith((response) => response.setCaughtUp(new streams.ReadResp.CaughtUp())));
    },
  };
}

function messageWith(fill: (response: InstanceType<typeof streams.ReadResp>) => void): Uint8Array {
  const response = new streams.ReadResp();
  fill(response);
  return response.serializeBinary();
}

function confirmation(): Uint8Array {
  const confirmed = new streams.ReadResp.SubscriptionConfirmation();
  confirmed.setSubscriptionId(randomUUID());
  return messageWith((response) => response.setConfirmation(confirmed));
}

function notFound(stream: string): Uint8Array {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream));
  const answer = new streams.ReadResp.StreamNotFound();
  answer.setStreamIdentifier(identifier);
  return messageWith((response) => response.setStreamNotFound(answer));
}

function asGrpcError(error: unknown): GrpcError {
  if (error instanceof ConsumerTooSlowError) return new GrpcError(status.ABORTED, error.message);
  if (error instanceof StreamDeletedError) return streamDeleted(error.stream);
  if (error instanceof DamagedStoreError) return new GrpcError(status.DATA_LOSS, error.message);
  if (error instanceof GrpcError) return error;
  return new GrpcError(status.INTERNAL, `The read failed: ${String(error)}`);
}
