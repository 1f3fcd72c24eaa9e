import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect } from 'chai';
import { createGossip } from '../../../deploy/embedded/event-store/grpc/gossip.ts';
import { startTransport } from '../../../deploy/embedded/event-store/grpc/transport/server.ts';
import { failure } from '../../../deploy/test/failure.fixture.ts';
import type { AppendTrouble } from '../../../deploy/test/stub-event-store/stub-event-store.fixture.ts';
import {
  broken,
  claiming,
  ended,
  refusals,
  refusing,
  silence,
} from '../../../deploy/test/stub-event-store/troubles.fixture.ts';
import { startTcpProxy } from '../../../deploy/test/tcp-proxy.fixture.ts';
import { until } from '../../../deploy/test/until.fixture.ts';
import { type EventStore, OutcomeUnknownError } from './event-store.ts';
import { connectEventStore } from './eventstoredb.ts';
import { counted, useStoreInTrouble } from './store-in-trouble.fixture.ts';

const attemptMs = 3_000;

describe('the call that appends go by', () => {
  const { each, streamOf, revisions } = useStoreInTrouble();

  /** An append whose answer is late: it comes when the function is called that `written` brings. */
  function late(): { trouble: AppendTrouble; written: Promise<() => void> } {
    let tell: (answer: () => void) => void;
    const written = new Promise<() => void>((resolve) => {
      tell = resolve;
    });
    const trouble: AppendTrouble = async (append) => {
      const answered = await append.written();
      tell(() => append.answer(answered));
    };
    return { trouble, written };
  }

  it('passes over answers to what it has not sent', async () => {
    const stream = await streamOf(1);
    each.stub.onAppends(async (append, connections) => {
      const answered = await append.written();
      for (const id of [randomUUID(), 'no id at all']) {
        const other = append.request.clone();
        other.getCorrelationId()?.setString(id);
        claiming(99)({ ...append, request: other }, connections);
      }
      append.answer(answered);
    });
    expect(await each.store.append(stream, [counted()], 0, attemptMs)).to.deep.equal({ revision: 1 });
  });

  for (const [name, bytes] of [
    ['is no message', Buffer.from([0xff])],
    ['says nothing', Buffer.alloc(0)],
  ] as const) {
    it(`breaks, and is followed by another, where an answer ${name}`, async () => {
      const stream = await streamOf(1);
      each.stub.onAppends(({ call }) => call.send(bytes));
      expect(await failure(each.store.append(stream, [counted()], 0, 60_000))).to.be.instanceOf(OutcomeUnknownError);
      expect(await each.store.append(stream, [counted()], 0, attemptMs)).to.deep.equal({ revision: 1 });
    });
  }

  for (const [name, end] of Object.entries({ broken, ended })) {
    it(`fails all that wait on it, and nothing of another store, where it is ${name}`, async () => {
      const streams = [await streamOf(1), await streamOf(1), await streamOf(1)] as const;
      const { trouble, written } = late();
      const other = connectEventStore(each.leader.url);
      each.leader.onAppends(trouble);
      each.stub.onAppends(silence, end);
      const untouched = other.append(streams[0], [counted()], 0, attemptMs);
      const failed = [streams[1], streams[2]].map((stream) =>
        failure(each.store.append(stream, [counted()], 0, 60_000)),
      );
      for (const error of await Promise.all(failed)) expect(error).to.be.instanceOf(OutcomeUnknownError);
      (await written)();
      expect(await untouched).to.deep.equal({ revision: 1 });
      await other.dispose();
    });
  }

  it('fails all that wait on it when its store is disposed of', async () => {
    const stream = await streamOf(1);
    each.stub.onAppends(silence);
    const waiting = failure(each.store.append(stream, [counted()], 0, 60_000));
    await each.store.dispose();
    expect(await waiting).to.be.instanceOf(OutcomeUnknownError);
  });

  it('fails what waits when its store is disposed of, also while it looks for a server', async () => {
    const taken: Socket[] = [];
    const silent = createServer((socket) => taken.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const store = connectEventStore(`esdb+discover://127.0.0.1:${port}?tls=false`);
    const waiting = failure(store.append('account-a', [counted()], 0, 60_000));
    await once(silent, 'connection');
    await store.dispose();
    expect(await waiting).to.be.instanceOf(OutcomeUnknownError);
    silent.close();
    for (const socket of taken) socket.destroy();
  });

  for (const [name, trouble] of [
    ['says nothing', silence],
    ['decides nothing', refusing(refusals.timeout)],
  ] as const) {
    it(`leads to another server, where that is the leader now and the one that it goes to ${name}`, async () => {
      let leader = each.stub;
      const path = '/event_store.client.gossip.Gossip/Read';
      const gossip = await startTransport(
        { [path]: createGossip(randomUUID(), () => ({ host: '127.0.0.1', port: leader.port })) },
        { host: '127.0.0.1', port: 0, maxMessageBytes: 1_000 },
      );
      const store = connectEventStore(`esdb+discover://127.0.0.1:${gossip.port}?tls=false`);
      const stream = await streamOf(1);
      expect(await store.append(stream, [counted()], 0, attemptMs)).to.deep.equal({ revision: 1 });
      each.stub.onEveryAppend(trouble);
      leader = each.leader;
      const second = [counted()];
      const append = () => store.append(stream, second, 1, attemptMs);
      expect(await failure(append())).to.be.instanceOf(OutcomeUnknownError);
      await until('it is appended elsewhere', async () => (await append().catch(() => undefined))?.revision === 2);
      expect(each.leader.seen.appends).to.equal(1);
      await store.dispose();
      await gossip.stop(0);
    });
  }

  it('refuses what is no JSON, and sends nothing', async () => {
    const event = { ...counted(), data: { count: 1n } };
    expect(await failure(each.store.append('account-none', [event], 'no_stream', attemptMs))).to.be.instanceOf(
      TypeError,
    );
    expect(each.stub.seen.appends).to.equal(0);
    expect(await revisions('account-none')).to.deep.equal([]);
  });

  describe('where the connection takes no more', () => {
    const appends = 300;
    const large = () => ({ ...counted(), data: { text: 'x'.repeat(20_000) } });
    const appendMany = (store: EventStore, prefix: string, timeoutMs: number) =>
      Array.from({ length: appends }, (_, n) => store.append(`${prefix}-${n}`, [large()], 'no_stream', timeoutMs));

    it('sends what waits when it takes more, all of it', async () => {
      const proxy = await startTcpProxy(each.stub.port);
      const store = connectEventStore(`esdb://127.0.0.1:${proxy.port}?tls=false`);
      await store.append('account-first', [counted()], 'no_stream', attemptMs);
      proxy.stall();
      const waiting = appendMany(store, 'account-later', 60_000);
      proxy.mend();
      for (const { revision } of await Promise.all(waiting)) expect(revision).to.equal(0);
      await store.dispose();
      await proxy.stop();
    });

    it('sends none that was given up before it was sent', async () => {
      const proxy = await startTcpProxy(each.stub.port);
      const store = connectEventStore(`esdb://127.0.0.1:${proxy.port}?tls=false`);
      await store.append('account-before', [counted()], 'no_stream', attemptMs);
      proxy.stall();
      for (const error of await Promise.all(appendMany(store, 'account-given-up', 500).map(failure))) {
        expect(error).to.be.instanceOf(OutcomeUnknownError);
      }
      proxy.mend();
      await store.append('account-after', [counted()], 'no_stream', 60_000);
      expect(each.stub.seen.appends).to.be.below(appends / 2);
      await store.dispose();
      await proxy.stop();
    });
  });
});
