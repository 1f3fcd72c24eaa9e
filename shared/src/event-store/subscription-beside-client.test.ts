import {
  type AllStreamResolvedEvent,
  binaryEvent,
  type EventStoreDBClient,
  jsonEvent,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { expect } from 'chai';
import { until } from '../../../deploy/test/until.fixture.ts';
import type { EventStore, RecordedEvent } from './event-store.ts';
import { connectEventStore } from './eventstoredb.ts';
import { follow } from './following.fixture.ts';
import { useOfficialClient } from './official-client.fixture.ts';

/** The same by the official client, which brings the events one by one. */
function followByClient(client: EventStoreDBClient, streamPrefix: string, after: bigint | undefined) {
  const events: RecordedEvent[] = [];
  const subscription = client.subscribeToAll({
    fromPosition: after === undefined ? START : { commit: after, prepare: after },
    filter: streamNameFilter({ prefixes: [streamPrefix] }),
  });
  subscription.on('data', ({ event }: AllStreamResolvedEvent) => {
    if (!event?.position) throw new Error('an event without a position');
    const { streamId: stream, id, type, revision, position, created, data, metadata } = event;
    events.push({ stream, id, type, revision: Number(revision), position: position.commit, created, data, metadata });
  });
  return { events, stop: () => subscription.unsubscribe() };
}

describe('a subscription beside one of the official client', () => {
  const official = useOfficialClient();
  let store: EventStore;
  let prefixes = 0;

  beforeEach(() => {
    store = connectEventStore(official.stub.url);
    prefixes += 1;
  });
  afterEach(() => store.dispose());

  /** Writes to streams of the prefix `p<n>-` and of others, also what is no JSON; so many of the first in all. */
  async function write(count: number): Promise<string> {
    const prefix = `p${prefixes}-`;
    for (let n = 0; n < count; n += 1) {
      const json = jsonEvent({ type: 'Counted', data: { n, text: 'é'.repeat(n) }, metadata: { n } });
      const bytes = binaryEvent({ type: 'Bytes', data: Buffer.from([n, 255, 0]), metadata: Buffer.from([255, n]) });
      const bare = jsonEvent({ type: 'é', data: {} });
      await official.client.appendToStream(`${prefix}${n % 3}`, [json, bytes, bare][n % 3] ?? json);
      await official.client.appendToStream(n % 2 === 0 ? `x${prefix}` : prefix.slice(0, -1), json);
    }
    return prefix;
  }

  /** Both, after the same position, until both have so many events; then what ours has brought. */
  async function compared(
    prefix: string,
    after: bigint | undefined,
    count: number,
    live = 0,
  ): Promise<RecordedEvent[]> {
    const ours = follow(store, { streamPrefix: prefix, after });
    const theirs = followByClient(official.client, prefix, after);
    const both = (most: number) =>
      until(`${most} events of both`, () => ours.events.length >= most && theirs.events.length >= most);
    await both(count);
    await write(live);
    await both(count + live);
    expect(ours.events).to.deep.equal(theirs.events);
    expect(ours.events.length).to.equal(count + live);
    await theirs.stop();
    ours.stop();
    expect(await ours.ended).to.equal(undefined);
    return [...ours.events];
  }

  it('brings the same events of the prefix, with the same content, and then the same live ones', async () => {
    const prefix = await write(20);
    const events = await compared(prefix, undefined, 20, 7);
    expect(new Set(events.map(({ stream }) => stream))).to.have.property('size', 3);
    expect(events[0]?.data).to.deep.equal({ n: 0, text: '' });
    expect(events[1]?.data).to.deep.equal(Uint8Array.from([1, 255, 0]));
  });

  it('goes on after the same position, at whatever event it is', async () => {
    const prefix = await write(9);
    const all = await compared(prefix, undefined, 9);
    for (const [index, { position }] of all.slice(0, 5).entries()) {
      const rest = await compared(prefix, position, 8 - index, index === 4 ? 3 : 0);
      expect(rest.slice(0, 8 - index)).to.deep.equal(all.slice(index + 1));
    }
  });

  it('brings the same of many events, more than come at a time', async () => {
    const prefix = `p${prefixes}-`;
    const event = (_: unknown, n: number) => jsonEvent({ type: 'Counted', data: { n, text: 'x'.repeat(1_000) } });
    for (let n = 0; n < 4; n += 1) {
      await official.client.appendToStream(`${prefix}a`, Array.from({ length: 500 }, event));
    }
    await compared(prefix, undefined, 2_000);
  });
});
