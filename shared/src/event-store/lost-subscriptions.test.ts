import { expect } from 'chai';
import { type EventStoreNode, startEventStore } from '../../../deploy/embedded/event-store/node.ts';
import { startTcpProxy, type TcpProxy } from '../../../deploy/test/tcp-proxy.fixture.ts';
import { type EventStore, type RecordedEvent, StoreUnavailableError } from './event-store.ts';
import { connectEventStore } from './eventstoredb.ts';
import { follow } from './following.fixture.ts';
import { counted } from './store-in-trouble.fixture.ts';

describe('a subscription to a store that is lost, or that drops it', () => {
  let node: EventStoreNode;
  let proxy: TcpProxy;
  let store: EventStore;
  /** By another connection, which nothing happens to. */
  let writer: EventStore;

  beforeEach(async () => {
    node = await startEventStore({ memory: true, port: 0, liveLag: 100 });
    proxy = await startTcpProxy(node.port);
    store = connectEventStore(`esdb://127.0.0.1:${proxy.port}?tls=false`);
    writer = connectEventStore(node.url);
  });
  afterEach(async () => {
    await store.dispose();
    await writer.dispose();
    await proxy.stop();
    await node.stop();
  });

  async function write(appends: number, text = ''): Promise<void> {
    for (let n = 0; n < appends; n += 1) {
      const events = Array.from({ length: 50 }, () => ({ ...counted(), data: { text } }));
      await writer.append('account-a', events, 'any', 10_000);
    }
  }

  const revisions = (events: readonly RecordedEvent[]) => events.map(({ revision }) => revision);
  const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

  /** What comes after the last of these, until there are so many in all. */
  async function expectToGoOn(events: readonly RecordedEvent[], count: number): Promise<void> {
    const rest = follow(store, { after: events.at(-1)?.position });
    await rest.has(count - events.length);
    rest.stop();
    expect(await rest.ended).to.equal(undefined);
    expect(revisions([...events, ...rest.events])).to.deep.equal(upTo(count));
  }

  it('ends with an error where the connection is cut while it waits, and goes on where it was', async () => {
    await write(1);
    const live = follow(store);
    await live.has(50);
    proxy.cut();
    expect(await live.ended).to.be.instanceOf(StoreUnavailableError);
    expect(await follow(store).ended).to.be.instanceOf(StoreUnavailableError);
    proxy.mend();
    await write(1);
    await expectToGoOn(live.events, 100);
  });

  it('ends with an error where the connection is cut in the middle, after what has come', async () => {
    await write(40, 'x'.repeat(2_000));
    let batches = 0;
    const following = follow(store, {}, () => {
      batches += 1;
      if (batches === 3) proxy.cut();
    });
    expect(await following.ended).to.be.instanceOf(StoreUnavailableError);
    expect(following.events.length).to.be.within(1, 1_999);
    proxy.mend();
    await expectToGoOn(following.events, 2_000);
  });

  it('ends with an error where the server drops it as too slow, after what has come, and goes on there', async () => {
    await write(1);
    const following = follow(store, {}, async (events) => {
      // When it is live: 10 MB are more than what is on the way.
      if (events.at(-1)?.revision !== 49) return;
      await writer.readLast('account-a');
      await write(100, 'x'.repeat(2_000));
    });
    const error = await following.ended;
    expect(error).to.be.instanceOf(StoreUnavailableError).with.property('message').that.includes('too slow');
    expect(revisions(following.events)).to.deep.equal(upTo(following.events.length));
    expect(following.events.length).to.be.within(50, 5_049);
    await expectToGoOn(following.events, 5_050);
  });
});
