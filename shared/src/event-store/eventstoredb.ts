import { randomUUID } from 'node:crypto';
import { createAppending } from './appending.ts';
import { newClient } from './client.ts';
import { type EventStore, StoreUnavailableError } from './event-store.ts';
import { messageOf } from './message-of.ts';
import { createReading } from './reading.ts';

/** How long a read waits for its next event, and a subscription for its confirmation. */
const defaultReadTimeoutMs = 5_000;

const metadataTimeoutMs = 3_000;

/**
 * Connects to EventStoreDB, KurrentDB or the embedded node. The connection is made by the first call, and again by the
 * next call after it was lost.
 * @param url a connection string, such as esdb://127.0.0.1:2113?tls=false
 */
export function connectEventStore(url: string, { readTimeoutMs = defaultReadTimeoutMs } = {}): EventStore {
  const client = newClient(url);
  // Of its own: what is read may keep a connection busy, and a long read its server.
  const appending = createAppending(newClient(url));
  const { cancelAll, ...reading } = createReading(client, readTimeoutMs);

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
    ...reading,
    setMaxCount,
    async dispose() {
      cancelAll(new Error('the event store is closed'));
      await Promise.all([appending.dispose(), client.dispose()]);
    },
  };
}
