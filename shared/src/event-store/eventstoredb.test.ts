import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect } from 'chai';
import { type EventStoreNode, startEventStore } from '../../../deploy/embedded/event-store/node.ts';
import { failure } from '../../../deploy/test/failure.fixture.ts';
import { type EventStore, StoreUnavailableError } from './event-store.ts';
import { connectEventStore } from './eventstoredb.ts';

describe('reading the event store through its client', () => {
  let node: EventStoreNode;
  let store: EventStore;

  before(async () => {
    node = await startEventStore({ memory: true, port: 0 });
    store = connectEventStore(node.url);
    const event = () => ({ id: randomUUID(), type: 'Counted', data: { text: 'x'.repeat(500) }, metadata: {} });
    for (let n = 0; n < 20; n++) await store.append('account-a', Array.from({ length: 50 }, event), 'any', 10_000);
  });
  after(() => node.stop());

  it('leaves nothing behind of reads and subscriptions that are left early, so that it can be let go of', async () => {
    for (let n = 0; n < 50; n++) {
      expect((await store.readLast('account-a'))?.revision).to.equal(999);
      for await (const { revision } of store.readForwards('account-a', 10)) if (revision === 10 + n) break;
      for await (const { revision } of store.readAllBackwards()) if (revision === 998) break;
      for await (const _ of store.readAllForwards(0n, 1)) break;
      const { signal } = new AbortController();
      for await (const events of store.subscribeToAll({ streamPrefix: 'account-', after: undefined, signal })) {
        if (events.some(({ revision }) => revision === 10 * n)) break;
      }
    }
    await store.dispose();
    store = connectEventStore(node.url);
  });

  it('keeps its connection, however many short reads are left early', async () => {
    const first = async (events: AsyncIterable<{ revision: number }>) => {
      for await (const { revision } of events) return revision;
      return undefined;
    };
    const readAgain = async () => {
      for (let n = 0; n < 35; n++) {
        expect((await store.readLast('account-a'))?.revision).to.equal(999);
        expect(await first(store.readForwards('account-a', 10, 5))).to.equal(10);
        expect(await first(store.readAllForwards(0n, 1))).to.equal(0);
        expect(await first(store.readAllBackwards())).to.equal(999);
      }
    };
    await Promise.all(Array.from({ length: 10 }, readAgain));
  });

  it('reads everything backwards, in whatever pieces', async () => {
    const revisions: number[] = [];
    for await (const { stream, revision } of store.readAllBackwards()) {
      if (stream === 'account-a') revisions.push(revision);
    }
    expect(revisions).to.deep.equal(Array.from({ length: 1_000 }, (_, n) => 999 - n));
  });

  it('passes on what the consumer of a read throws', async () => {
    async function read(): Promise<void> {
      for await (const { revision } of store.readForwards('account-a', 0))
        if (revision === 3) throw new Error('enough');
    }
    expect(await failure(read())).to.have.property('message', 'enough');
  });

  it('gives up a read that nobody answers, and can be let go of then', async () => {
    const taken: Socket[] = [];
    const silent = createServer((socket) => taken.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const hanging = connectEventStore(`esdb://127.0.0.1:${port}?tls=false`, { readTimeoutMs: 50 });
    const first = async (events: AsyncIterable<unknown>) => {
      for await (const event of events) return event;
      return undefined;
    };
    const reads = [
      hanging.readLast('account-a'),
      first(hanging.readForwards('account-a', 0)),
      first(hanging.readAllBackwards()),
      first(hanging.readAllForwards(0n, 1)),
    ];
    for (const error of await Promise.all(reads.map(failure))) expect(error).to.be.instanceOf(StoreUnavailableError);
    await hanging.dispose();
    silent.close();
    for (const socket of taken) socket.destroy();
  });

  it('ends a subscription that waits when its signal aborts', async () => {
    const stopping = new AbortController();
    let seen = 0;
    const { signal } = stopping;
    for await (const events of store.subscribeToAll({ streamPrefix: 'account-', after: undefined, signal })) {
      seen += events.length;
      // When this has been asked for what comes next, and that is nothing.
      if (seen === 1_000) setImmediate(() => stopping.abort());
    }
    expect(seen).to.equal(1_000);
    await store.dispose();
  });
});
