import { expect } from 'chai';
import { type EventStoreNode, startEventStore } from '../../../deploy/embedded/event-store/node.ts';
import { failure } from '../../../deploy/test/failure.fixture.ts';
import { startTcpProxy, type TcpProxy } from '../../../deploy/test/tcp-proxy.fixture.ts';
import { type EventStore, OutcomeUnknownError, StoreUnavailableError } from './event-store.ts';
import { connectEventStore } from './eventstoredb.ts';
import { counted } from './store-in-trouble.fixture.ts';

describe('a connection to the event store that is half-open', () => {
  let node: EventStoreNode;
  let proxy: TcpProxy;
  let store: EventStore;

  before(async () => {
    node = await startEventStore({ memory: true, port: 0 });
    proxy = await startTcpProxy(node.port);
    store = connectEventStore(`esdb://127.0.0.1:${proxy.port}?tls=false`, { readTimeoutMs: 60_000 });
  });
  after(async () => {
    await store.dispose();
    await proxy.stop();
    await node.stop();
  });

  it('is given up with all that waits on it, within a command’s time', async function test() {
    this.timeout(10_000);
    await store.append('account-a', [counted()], 'no_stream', 60_000);
    const { signal } = new AbortController();
    const events = store.subscribeToAll({ streamPrefix: 'account-', after: undefined, signal })[Symbol.asyncIterator]();
    expect((await events.next()).value).to.have.length(1);

    proxy.abandon();
    const waiting = [store.append('account-a', [counted()], 0, 60_000), store.readLast('account-a'), events.next()];
    const [appended, ...rest] = await Promise.all(waiting.map(failure));
    expect(appended).to.be.instanceOf(OutcomeUnknownError);
    for (const error of rest) expect(error).to.be.instanceOf(StoreUnavailableError);

    expect(await store.append('account-a', [counted()], 0, 60_000)).to.deep.equal({ revision: 1 });
    expect(await store.readLast('account-a')).to.include({ revision: 1 });
  });

  it('has the keep-alive values of its connection string where that names some, and warns of none of its own', () => {
    const { warn } = console;
    const warnings: unknown[] = [];
    console.warn = (...words: unknown[]) => void warnings.push(...words);
    try {
      for (const hosts of ['a:1', 'a:1,b:1', 'me:a?b@a:1', 'me:a?b=keepalive@a:1']) {
        for (const end of ['', '/', '?', '?tls=false', '/?tls=false', '?tls=false&nodePreference=leader']) {
          connectEventStore(`esdb://${hosts}${end}`);
        }
      }
      expect(warnings).to.deep.equal([]);
      connectEventStore('esdb://me:a?b@a:1?tls=false&keepaliveinterval=4000');
      expect(warnings[0]).to.match(/KeepAliveInterval of 4000/);
    } finally {
      console.warn = warn;
    }
  });
});
