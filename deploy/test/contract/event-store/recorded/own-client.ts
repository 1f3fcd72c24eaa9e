import { EventStoreDBClient } from '@eventstore/db-client';

/**
 * A client that nobody else uses, for what may leave a client unable to append: the real server answers a refused append of
 * the batch call a second time after 2 seconds, and the client breaks on it. It is let go of before.
 * @param url of any form that the client takes
 */
export async function withOwnClient<T>(url: string, use: (client: EventStoreDBClient) => Promise<T>): Promise<T> {
  const client = EventStoreDBClient.connectionString(url);
  try {
    return await use(client);
  } finally {
    await client.dispose();
  }
}
