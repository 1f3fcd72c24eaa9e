import { EventStoreDBClient } from '@eventstore/db-client';
import { type EventStoreNode, startEventStore } from '../../../deploy/embedded/event-store/node.ts';
import {
  type StubEventStore,
  startStubEventStore,
} from '../../../deploy/test/stub-event-store/stub-event-store.fixture.ts';

/** For the tests of the suite that this is called in: the official client, and the stub that it speaks to. */
export function useOfficialClient(): { readonly stub: StubEventStore; readonly client: EventStoreDBClient } {
  const used = {} as { node: EventStoreNode; stub: StubEventStore; client: EventStoreDBClient };
  before(async () => {
    used.node = await startEventStore({ memory: true, port: 0 });
    used.stub = await startStubEventStore(used.node.port);
    used.client = EventStoreDBClient.connectionString(used.stub.url);
  });
  after(async () => {
    await used.client.dispose();
    await used.stub.stop();
    await used.node.stop();
  });
  return used;
}
