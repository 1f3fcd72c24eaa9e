import { randomUUID } from 'node:crypto';
import { type EventStoreNode, startEventStore } from '../../../deploy/embedded/event-store/node.ts';
import {
  type StubEventStore,
  startStubEventStore,
} from '../../../deploy/test/stub-event-store/stub-event-store.fixture.ts';
import type { EventStore, JsonEvent } from './event-store.ts';
import { connectEventStore } from './eventstoredb.ts';

export const counted = (): JsonEvent => ({ id: randomUUID(), type: 'Counted', data: {}, metadata: {} });

/** Within a `describe`: a store whose server is a stub, for each case, and a second way to the same node, the leader. */
export function useStoreInTrouble({ readTimeoutMs = 500 } = {}) {
  let node: EventStoreNode;
  const each = {} as { stub: StubEventStore; leader: StubEventStore; store: EventStore };

  before(async () => {
    node = await startEventStore({ memory: true, port: 0 });
  });
  beforeEach(async () => {
    each.stub = await startStubEventStore(node.port);
    each.leader = await startStubEventStore(node.port);
    each.store = connectEventStore(each.stub.url, { readTimeoutMs });
  });
  afterEach(async () => {
    await each.store.dispose();
    await each.stub.stop();
    await each.leader.stop();
  });
  after(() => node.stop());

  let streams = 0;
  return {
    each,
    /** A stream that no other case has, with so many events. */
    async streamOf(events: number): Promise<string> {
      streams += 1;
      const stream = `account-${streams}`;
      await each.store.append(stream, Array.from({ length: events }, counted), 'no_stream', 10_000);
      return stream;
    },
    async revisions(stream: string): Promise<number[]> {
      const found: number[] = [];
      for await (const { revision } of each.store.readForwards(stream, 0)) found.push(revision);
      return found;
    },
  };
}
