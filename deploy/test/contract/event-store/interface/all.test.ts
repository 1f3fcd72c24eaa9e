import type { EventStore, RecordedEvent } from '@ledger/shared/event-store/event-store';
import { expect } from 'chai';
import { freshStream } from '../target.ts';
import { collected, eventOf, refusalOf, TIMEOUT_MS } from './answers.ts';
import { everyStore, withFreshStore } from './every-store.ts';

const PAST_THE_END = 2n ** 40n;

/** The log that the record's reads of `$all` were asked on: seven events in four streams, and metadata among them. */
async function writeOrders(store: EventStore) {
  const letter = (type: string, n: string) => eventOf(n, { type });
  const names = new Map(['orders-1', 'orders-2', 'carts-1', 'orders-3'].map((name) => [name, freshStream(name)]));
  const named = (name: string) => names.get(name) ?? name;
  const placed = [letter('OrderPlaced', 'a'), letter('OrderPaid', 'b'), letter('OrderPaid', 'c')];
  await store.append(named('orders-1'), placed, 'no_stream', TIMEOUT_MS);
  await store.append(named('orders-2'), [letter('OrderPlaced', 'd')], 'any', TIMEOUT_MS);
  await store.append(named('carts-1'), [letter('CartOpened', 'e'), letter('CartClosed', 'f')], 'any', TIMEOUT_MS);
  await store.setMaxCount(named('orders-1'), 100);
  await store.append(named('orders-3'), [letter('OrderPlaced', 'g')], 'any', TIMEOUT_MS);
  const first = (await collected(store.readForwards(named('orders-1'), 0, 1)))[0]?.position ?? 0n;
  /** `orders-1@0`: the short name of an event's stream, and its revision. */
  function line({ stream, revision }: RecordedEvent): string {
    const known = [...names].find(([, unique]) => stream === unique || stream === `$$${unique}`);
    return `${known ? stream.replace(known[1], known[0]) : stream}@${revision}`;
  }
  return { named, first, line };
}

const WRITTEN = [
  ...['orders-1@0', 'orders-1@1', 'orders-1@2', 'orders-2@0', 'carts-1@0', 'carts-1@1', '$$orders-1@0', 'orders-3@0'],
];

const isRising = (events: readonly RecordedEvent[]) =>
  events.every(({ position }, i) => i === 0 || position > (events[i - 1]?.position ?? 0n));

everyStore('$all', (store, kind) => {
  const forwards = (position: bigint, limit: number) => collected(store().readAllForwards(position, limit));

  /** all-read: 6/7-12, 34; the fields of an event, 6/8, are told in read.test.ts. */
  it('is read forwards from a position, included, and backwards from its end', async () => {
    const { first, line } = await writeOrders(store());
    const events = (await forwards(first, 1000)).slice(0, WRITTEN.length);
    expect(events.map(line)).to.deep.equal(WRITTEN);
    expect(isRising(events)).to.equal(true);
    const third = events[2]?.position ?? 0n;
    expect((await forwards(third, 3)).map(line)).to.deep.equal(WRITTEN.slice(2, 5));
    expect((await forwards(third, 1)).map(line)).to.deep.equal(WRITTEN.slice(2, 3));
    const backwards = [];
    for await (const event of store().readAllBackwards()) {
      // Of a server that others use, too, there may be newer ones.
      if (event.position <= (events.at(-1)?.position ?? 0n)) backwards.push(event);
      if (event.position === first) break;
    }
    expect(backwards).to.deep.equal(events.toReversed());
    expect(await forwards(third + 1n, 3).catch(refusalOf)).to.equal('unavailable');
    expect(await forwards(third - 1n, 3).catch(refusalOf)).to.equal('unavailable');
  });

  /** all-read: 6/13. */
  it('has nothing past its end', async () => {
    await writeOrders(store());
    expect(await forwards(PAST_THE_END, 10)).to.deep.equal([]);
  });

  /**
   * all-read: 6/0, 1, 18, 54. Of a limit of 0 (6/17) a real server never answers: that is `unavailable` to the reader, and
   * so with the simulated store; the node answers with nothing.
   */
  withFreshStore('begins with one event of the system, and a restart adds none', kind, async (opened) => {
    const scavenges = {
      stream: '$$$scavenges',
      revision: 0,
      type: '$metadata',
      data: { $maxAge: 2_592_000, $acl: { $r: '$ops', $w: [], $d: [], $mr: [], $mw: [] } },
    };
    const [only, ...others] = await collected(opened.store.readAllForwards(0n, 10));
    expect(only).to.deep.include(scavenges);
    expect(others).to.deep.equal([]);
    expect(await collected(opened.store.readAllBackwards())).to.deep.equal([only]);
    expect(await collected(opened.store.readAllForwards(only?.position ?? 0n, 1))).to.deep.equal([only]);
    await opened.restart();
    expect(await collected(opened.store.readAllForwards(0n, 10))).to.deep.equal([only]);
    await opened.store.append('orders', [eventOf(1)], 'any', TIMEOUT_MS);
    expect((await collected(opened.store.readAllForwards(0n, 1))).map(({ stream }) => stream)).to.deep.equal([
      '$$$scavenges',
    ]);
  });
});
