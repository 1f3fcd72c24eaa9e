import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '@ledger/shared/log';
import { type DirectoryLock, lockDirectory } from '../directory-lock.ts';
import { createEventStore, type Flush } from './event-store.ts';
import { writeFirstEvents } from './first-events.ts';
import { type GrpcServer, serve } from './grpc/server.ts';
import { openStorage, type Storage } from './storage.ts';

export type EventStoreNodeOptions = {
  /** 0 takes a free one. */
  readonly port: number;
  /** Default 127.0.0.1. There is no TLS and no authentication, so nothing else is meant for other than tests. */
  readonly host?: string;
  /** How long to wait for another owner of the directory to end; default 0. */
  readonly waitForLockMs?: number;
  /** How many events a live subscriber may be behind before it is dropped; default 400, see README.md. */
  readonly liveLag?: number;
  /** Where failed writes are told. */
  readonly log?: Logger;
  /** Around every commit; a test holds it back. */
  readonly flush?: Flush;
} & (
  | { readonly dataDir: string; readonly memory?: false }
  /** A directory of its own that is removed when the node stops. */
  | { readonly memory: true }
);

export interface EventStoreNode {
  /** For the official clients: `esdb://127.0.0.1:PORT?tls=false`. */
  readonly url: string;
  readonly port: number;
  /** Ends all calls, waits for appends on their way to the disk, and gives the directory up. */
  stop(): Promise<void>;
}

const DEFAULT_LIVE_LAG = 400;

/**
 * Starts an event store node.
 * @throws DirectoryInUseError, NewerLayoutError, DamagedStoreError, the system's error where the directory cannot be used, or Error where
 *   the port cannot be had; nothing is left behind then
 */
export async function startEventStore(options: EventStoreNodeOptions): Promise<EventStoreNode> {
  const { port, host = '127.0.0.1', liveLag = DEFAULT_LIVE_LAG, waitForLockMs = 0, log, flush } = options;
  const directory = options.memory ? await mkdtemp(join(tmpdir(), 'event-store-')) : options.dataDir;
  const remove = async () => {
    if (options.memory) await rm(directory, { recursive: true, force: true });
  };
  let lock: DirectoryLock | undefined;
  let storage: Storage | undefined;
  let server: GrpcServer;
  let store: ReturnType<typeof createEventStore>;
  try {
    lock = await lockDirectory(directory, { waitMs: waitForLockMs });
    storage = await openStorage(directory);
    await writeFirstEvents(storage);
    store = createEventStore(storage, {
      ...(flush && { flush }),
      onWriteFailed: (error) => log?.error({ error }, 'a write failed; the appends in it are refused'),
    });
    server = await serve(store, { host, port, liveLag });
  } catch (error) {
    await storage?.close();
    await lock?.release();
    await remove();
    throw error;
  }

  let stopping: Promise<void> | undefined;
  async function stop(): Promise<void> {
    await server.stop();
    await store.close();
    await lock?.release();
    await remove();
  }
  return {
    url: `esdb://${host}:${server.port}?tls=false`,
    port: server.port,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}
