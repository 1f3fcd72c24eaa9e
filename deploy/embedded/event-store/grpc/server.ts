import { randomUUID } from 'node:crypto';
import type { EventStore } from '../event-store.ts';
import { createBatchAppend } from './batch-append.ts';
import { createDelete, createTombstone } from './delete-call.ts';
import { createGossip } from './gossip.ts';
import { createReadCalls, type ReadOptions } from './read-call.ts';
import { getSupportedMethods } from './server-features.ts';
import { startTransport } from './transport/server.ts';
import { createUnaryAppend } from './unary-append.ts';

/** As the real server: an append of the largest size with all its names and metadata fits. */
const MAX_MESSAGE_BYTES = 17 * 1024 * 1024;

/** Within it appends that are on their way to the disk are answered. */
const STOP_PATIENCE_MS = 2_000;

export interface GrpcServer {
  readonly port: number;
  /**
   * Takes no more calls, ends reads and subscriptions, answers the appends that it has taken, for two seconds at most, and
   * ends what is left. Resolves when no call reads from the store any more.
   */
  stop(): Promise<void>;
}

/** Serves the store on `host` and `port` (0 for a free one), without TLS. @throws Error where the port cannot be had */
export async function serve(
  store: EventStore,
  { host, port, ...options }: { host: string; port: number } & ReadOptions,
): Promise<GrpcServer> {
  const { read, ended } = createReadCalls(store, options);
  let bound = port;
  const methods = {
    '/event_store.client.streams.Streams/Read': read,
    '/event_store.client.streams.Streams/Append': createUnaryAppend(store),
    '/event_store.client.streams.Streams/BatchAppend': createBatchAppend(store),
    '/event_store.client.streams.Streams/Delete': createDelete(store),
    '/event_store.client.streams.Streams/Tombstone': createTombstone(store),
    '/event_store.client.gossip.Gossip/Read': createGossip(randomUUID(), () => ({ host, port: bound })),
    '/event_store.client.server_features.ServerFeatures/GetSupportedMethods': getSupportedMethods,
  };
  const transport = await startTransport(methods, { host, port, maxMessageBytes: MAX_MESSAGE_BYTES });
  bound = transport.port;
  return {
    port: bound,
    async stop() {
      await transport.stop(STOP_PATIENCE_MS);
      await ended();
    },
  };
}
