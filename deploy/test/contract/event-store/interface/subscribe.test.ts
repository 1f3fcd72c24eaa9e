import type { EventStore } from '@ledger/shared/event-store/event-store';
import { expect } from 'chai';
import { until } from '../../../until.fixture.ts';
import { freshStream } from '../target.ts';
import { eventOf, refusalOf, TIMEOUT_MS } from './answers.ts';
import { everyStore, readSideStore, server } from './every-store.ts';

/** Runs a subscription to the streams of one prefix, and shows what has come of it, as the stream and the `n` of each event. */
function subscribed(store: EventStore, streamPrefix: string, after?: bigint) {
  const lines: string[] = [];
  const stopping = new AbortController();
  async function take(): Promise<void> {
    for await (const events of store.subscribeToAll({ streamPrefix, after, signal: stopping.signal })) {
      lines.push(
        ...events.map(({ stream, data }) => `${stream.slice(streamPrefix.length)} ${Reflect.get(Object(data), 'n')}`),
      );
    }
  }
  const ended = take().then(() => 'ended', refusalOf);
  return {
    lines,
    ended,
    seen: (expected: readonly string[]) =>
      until(
        () => `${expected}, came: ${lines}`,
        () => lines.length >= expected.length,
      ).then(() => expect(lines).to.deep.equal(expected)),
    async stop() {
      stopping.abort();
      expect(await ended).to.equal('ended');
    },
  };
}

// The command side's simulated store has none: that side subscribes to nothing.
everyStore(
  'subscriptions to $all',
  (store) => {
    const append = (stream: string, ...ns: readonly number[]) =>
      store().append(
        stream,
        ns.map((n) => eventOf(n)),
        'any',
        TIMEOUT_MS,
      );
    const positionOfLast = async (stream: string) => (await store().readLast(stream))?.position ?? 0n;

    /** all-subscription: 7/21; what metadata writes (7/22, 34) is in streams of other names. */
    it('after a position: what comes later in streams of the prefix, then live, until they are stopped', async () => {
      const prefix = freshStream('subscribed-');
      await append(`${prefix}-a`, 1, 2);
      const after = await positionOfLast(`${prefix}-a`);
      await append(`${prefix}-b`, 3);
      await append(`not-${prefix}`, 4);
      await store().setMaxCount(`${prefix}-a`, 1);
      await append(`${prefix}-a`, 5);
      const subscription = subscribed(store(), prefix, after);
      await subscription.seen(['-b 3', '-a 5']);
      await append(`not-${prefix}`, 6);
      await append(`${prefix}-b`, 7, 8);
      await subscription.seen(['-b 3', '-a 5', '-b 7', '-b 8']);
      await subscription.stop();
    });

    /** all-subscription: 7/25, of the streams of one prefix; hidden events are shown (6/7). */
    it('from the start: every event of the prefix', async () => {
      const prefix = freshStream('subscribed-');
      await append(prefix, 1, 2, 3);
      await store().setMaxCount(prefix, 1);
      const subscription = subscribed(store(), prefix);
      await subscription.seen([' 1', ' 2', ' 3']);
      await subscription.stop();
    });

    /** all-subscription: 7/23. */
    it('after a position where no event is: refused', async () => {
      const stream = freshStream();
      await append(stream, 1);
      const position = await positionOfLast(stream);
      await append(stream, 2);
      expect(await subscribed(store(), stream, position + 1n).ended).to.equal('unavailable');
    });

    /** all-subscription: 7/24. */
    it('after a position past the end: new events below it', async () => {
      const stream = freshStream();
      await append(stream, 1);
      const subscription = subscribed(store(), stream, (await positionOfLast(stream)) + 1_000_003n);
      // What is new to it is what comes after it has begun, and of that nothing tells.
      await until('a new event', async () => {
        await append(stream, 2);
        return subscription.lines.length > 0;
      });
      expect(subscription.lines).to.not.include(' 1');
      await subscription.stop();
    });
  },
  [readSideStore, server],
);
