import { EventStoreDBClient } from '@eventstore/db-client';

/**
 * A connection that nothing comes back on, as after a cable was pulled, is given up when a ping (of HTTP/2; the server's
 * disk and its load have no part in it) has had no answer: 6 s after the last one at the latest. With the client's own
 * values it is 20 s, longer than any command has. All calls on it then fail at once, and the next makes a new connection.
 */
const keepAliveIntervalMs = 3_000;
const keepAliveTimeoutMs = 3_000;

/** Up to the query, credentials as the client finds them: they may hold a question mark. */
const beforeQuery = /^[^:]+:\/\/(?:[^:]+:[^@]+@)?[^?]*/;

/** @param url a connection string; where it names keep-alive values, they hold */
export function newClient(url: string): EventStoreDBClient {
  const query = url.replace(beforeQuery, '').slice(1);
  const names = Array.from(new URLSearchParams(query).keys(), (name) => name.toLowerCase());
  if (names.some((name) => name.startsWith('keepalive'))) return EventStoreDBClient.connectionString(url);
  const keepAlive = `keepAliveInterval=${keepAliveIntervalMs}&keepAliveTimeout=${keepAliveTimeoutMs}`;
  const start = url.trim().replace(/[/?]+$/, '');
  return unwarned(() => EventStoreDBClient.connectionString(`${start}${query === '' ? '?' : '&'}${keepAlive}`));
}

/**
 * The client writes to the console that pings this frequent are not recommended. Servers of some other kinds break the
 * connection of who pings often; that of EventStoreDB (Kestrel) and the embedded node don't.
 */
function unwarned<T>(connect: () => T): T {
  const { warn } = console;
  console.warn = (...words: unknown[]) => {
    if (!String(words[0]).startsWith('Specified KeepAliveInterval')) warn(...words);
  };
  try {
    return connect();
  } finally {
    console.warn = warn;
  }
}
