import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from '../log.ts';
import { parseTimestamp } from './timestamp.ts';

export type Pool = pg.Pool;
/** One connection, or one transaction on it. */
export type Connection = pg.ClientBase;

export interface DatabaseOptions {
  readonly log: Logger;
  /** Connections at most. */
  readonly max?: number;
  /** How long to wait for a connection, a new one or one from the pool. */
  readonly connectTimeoutMs?: number;
  /** How long one statement may take, on the server; beyond, it is cancelled. */
  readonly statementTimeoutMs?: number;
  /** Settings of PostgreSQL for each connection. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Longer than the server's own limit: it ends a wait for a server that does not answer at all. */
const graceMs = 1_000;

const { TIMESTAMPTZ, INT8 } = pg.types.builtins;

/**
 * int8 as bigint, timestamptz as an Instant (milliseconds since 1970, UTC), numeric as a string, json as its value.
 * Instants are sent as ISO 8601 text (`formatInstant`), bigints as they are.
 */
const types: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (format !== 'binary' && oid === INT8) return BigInt;
    if (format !== 'binary' && oid === TIMESTAMPTZ) return parseTimestamp;
    return format === 'binary' ? pg.types.getTypeParser(oid, format) : pg.types.getTypeParser(oid);
  },
};

/** How long it may take to say goodbye to PostgreSQL. */
const closeTimeoutMs = 1_000;

/** What a pool and a connection of its own have in common. */
export function connectionConfig(url: string, options: DatabaseOptions): pg.ClientConfig {
  const { connectTimeoutMs = 1_500, statementTimeoutMs = 10_000 } = options;
  const settings = { TimeZone: 'UTC', DateStyle: 'ISO', ...options.settings };
  return {
    connectionString: url,
    types,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + graceMs,
    keepAlive: true,
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
  };
}

/** A pool of connections, none of them made before it is asked for. The end of one, idle or not, never ends the process. */
export function createPool(url: string, options: DatabaseOptions): Pool {
  const pool = new pg.Pool({ ...connectionConfig(url, options), max: options.max ?? 10 });
  pool.on('error', (error) => options.log.warn({ error: error.message }, 'an idle connection to PostgreSQL ended'));
  // One in use reports its end to whoever waits for a statement, and as an event too.
  pool.on('connect', (client) =>
    client.on('error', (error) => options.log.debug({ error: error.message }, 'a connection to PostgreSQL ended')),
  );
  return pool;
}

/**
 * Closes a pool or a connection. Where PostgreSQL does not answer, it is left as it is after a second: waiting would last
 * as long as PostgreSQL hangs.
 */
export async function closeInTime(what: pg.Pool | pg.Client): Promise<void> {
  await Promise.race([what.end(), setTimeout(closeTimeoutMs, undefined, { ref: false })]);
}
