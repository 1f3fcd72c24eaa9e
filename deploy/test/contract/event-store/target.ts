import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent, type Position, type ResolvedEvent } from '@eventstore/db-client';
import { type EventStoreNode, startEventStore } from '../../../embedded/event-store/node.ts';

/**
 * The server that the suite asks: the one at EVENTSTORE_URL, or else a node of our own that is started for the suite.
 * Every case uses streams of its own, so the suite runs against a store that is in use too.
 */
export interface Target {
  readonly url: string;
  readonly client: EventStoreDBClient;
  /** Stops the server in good order and starts it again at the same URL; only where the server is ours to stop. */
  readonly restart?: () => Promise<void>;
}

export interface StartedTarget extends Target {
  end(): Promise<void>;
}

let users = 0;
let target: StartedTarget | undefined;

/** The server that somebody else runs, if the suite is to ask one. */
export const givenUrl = (): string | undefined => process.env['EVENTSTORE_URL'];

async function start(): Promise<StartedTarget> {
  const url = givenUrl();
  if (!url) return startOwn();
  const client = EventStoreDBClient.connectionString(url);
  return { url, client, end: () => client.dispose() };
}

/** A node of our own with an empty store. */
export async function startOwn(): Promise<StartedTarget & Required<Target>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'event-store-contract-'));
  let node: EventStoreNode = await startEventStore({ dataDir, port: 0 });
  const client = EventStoreDBClient.connectionString(node.url);
  return {
    url: node.url,
    client,
    async restart() {
      await node.stop();
      node = await startEventStore({ dataDir, port: node.port });
    },
    async end() {
      await client.dispose();
      await node.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function stop(): Promise<void> {
  await target?.end();
  target = undefined;
}

/** Within a `describe`: the server is there for its cases. The last `describe` that used it stops it. */
export function useTarget(): () => Target {
  users += 1;
  before(async () => {
    target ??= await start();
  });
  after(async () => {
    users -= 1;
    if (users === 0) await stop();
  });
  return () => {
    if (!target) throw new Error('the server is there in the cases of a describe only');
    return target;
  };
}

/** A stream name that nobody has used. */
export const freshStream = (kind = 'contract'): string => `${kind}-${randomUUID()}`;

export const event = (n: number | string, type = 'Happened') => jsonEvent({ type, data: { n } });

export const events = (count: number, type?: string) => Array.from({ length: count }, (_, n) => event(n, type));

/** Appends one event; where it stands in the store. */
export async function appendedAt(
  client: EventStoreDBClient,
  stream: string,
  n: number | string = 0,
): Promise<Position> {
  const { position } = await client.appendToStream(stream, event(n));
  if (!position) throw new Error('an append that writes is answered with a position');
  return position;
}

/** The two ways of the client to append: it takes the unary call when credentials are given. */
export const PATHS = [
  { path: 'batch', options: {} },
  { path: 'unary', options: { credentials: { username: 'admin', password: 'changeit' } } },
] as const;

/** An error as the suite compares it: its class and what it tells. */
export function told(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { thrown: error };
  const fields: Record<string, unknown> = { error: error.constructor.name };
  for (const name of ['code', 'streamName', 'expectedVersion', 'actualVersion', 'maxAppendSize']) {
    const value: unknown = Reflect.get(error, name);
    if (value !== undefined) fields[name] = value;
  }
  return fields;
}

export const outcome = <T>(attempt: Promise<T>): Promise<T | Record<string, unknown>> => attempt.catch(told);

/**
 * All that a read gives. Read to its end: a client that is disposed of may wait for ever for a read that was left by
 * `break`; `maxCount` bounds one.
 */
export async function collected(read: AsyncIterable<ResolvedEvent>): Promise<ResolvedEvent[]> {
  const all: ResolvedEvent[] = [];
  for await (const resolved of read) all.push(resolved);
  return all;
}

export const revisions = async (read: AsyncIterable<ResolvedEvent>): Promise<number[]> =>
  (await collected(read)).map(({ event: recorded }) => Number(recorded?.revision));
