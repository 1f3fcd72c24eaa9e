import { EventStoreDBClient } from '@eventstore/db-client';

/**
 * A client that nobody else uses, for what may leave a client unable to append: the real server answers a refused append of
 * the batch call a second time after 2 seconds, and the client breaks on it. It is let go of before.
 * @param change what the connection string is to have besides, such as credentials
 */
export async function withOwnClient<T>(
  url: string,
  use: (client: EventStoreDBClient) => Promise<T>,
  change: (url: URL) => void = () => undefined,
): Promise<T> {
  const own = new URL(url);
  change(own);
  const client = EventStoreDBClient.connectionString(own.href);
  try {
    return await use(client);
  } finally {
    await client.dispose();
  }
}
