import {
  binaryEvent,
  END,
  type EventStoreDBClient,
  eventTypeFilter,
  excludeSystemEvents,
  type Filter,
  type Position,
  type ResolvedEvent,
  START,
  streamNameFilter,
  TimeoutError,
} from '@eventstore/db-client';
import { expect } from 'chai';
import { has, journalled, streamAndRevision } from './journal.ts';
import { appendedAt, event, events, freshStream, useTarget } from './target.ts';

// What a server was seen to answer to subscriptions is in recorded/; here is what it must keep under load, and filters.

/**
 * All events after a position up to the first of the stream `last`. A subscriber that was too slow while live subscribes
 * again after the last event it took, as everyone must.
 */
async function followUntil(client: EventStoreDBClient, last: string, after: Position, filter?: Filter) {
  const seen: { streamId: string; revision: bigint; commit: bigint }[] = [];
  let fromPosition = after;
  for (;;) {
    const subscription = client.subscribeToAll({ fromPosition, ...(filter && { filter }) });
    try {
      for await (const { event: recorded } of subscription) {
        if (!recorded?.position) continue;
        fromPosition = recorded.position;
        const { streamId, revision } = recorded;
        seen.push({ streamId, revision, commit: fromPosition.commit });
        if (streamId === last) return seen;
      }
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
    } finally {
      await subscription.unsubscribe();
    }
  }
}

describe('subscriptions to a stream', () => {
  const target = useTarget();

  it('have no gap and no repeat while a writer writes', async function writing() {
    this.timeout(60_000);
    const { client } = target();
    const stream = freshStream();
    const count = 4000;
    await client.appendToStream(stream, events(1000));
    let next = 1000;
    const write = async () => {
      while (next < count) {
        const size = Math.min(1 + (next % 7), count - next);
        next += size;
        await client.appendToStream(stream, events(size));
      }
    };
    const writers = Promise.all([write(), write(), write(), write()]);
    const follow = () =>
      journalled(
        client.subscribeToStream(stream),
        ({ event: shown }) => Number(shown?.revision),
        ({ until }) => until('the last event', (lines) => has(count - 1)(lines) && has('caughtUp')(lines)),
      );
    const followers = Promise.all([follow(), follow(), follow(), follow()]);
    await writers;
    for (const lines of await followers) {
      const notices = lines.filter((line) => typeof line === 'string');
      expect(notices).to.deep.equal(['confirmation', 'caughtUp']);
      const revisions = lines.filter((line) => typeof line === 'number');
      expect(revisions).to.deep.equal(Array.from({ length: count }, (_, revision) => revision));
    }
  });
});

describe('live subscriptions to metadata', () => {
  const target = useTarget();

  it('show what was written before the stream ended for good, and not the end', async () => {
    const { client } = target();
    const stream = freshStream();
    const { position = START } = await client.appendToStream(stream, event(0));
    const lines = await journalled(
      client.subscribeToStream(`$$${stream}`, { fromRevision: END }),
      streamAndRevision,
      async (journal) => {
        await journal.until('the live subscription', has('caughtUp'));
        await client.setStreamMetadata(stream, { maxCount: 1 });
        await client.tombstoneStream(stream);
        await journal.until('the metadata', has(`$$${stream}@0`));
        // What comes to another subscriber after the end would have come to this one.
        await journalled(client.subscribeToAll({ fromPosition: position }), streamAndRevision, (all) =>
          all.until('the tombstone', has(`${stream}@${2n ** 63n - 1n}`)),
        );
      },
    );
    expect(lines).to.deep.equal(['confirmation', 'caughtUp', `$$${stream}@0`]);
  });
});

describe('subscriptions that resolve links', () => {
  const target = useTarget();

  it('show the event with its link, caught up or live; without it where it is missing', async () => {
    const { client } = target();
    const [stream, links] = [freshStream(), freshStream('links')];
    const linkTo = (revision: number) => binaryEvent({ type: '$>', data: Buffer.from(`${revision}@${stream}`) });
    await client.appendToStream(stream, events(2));
    await client.appendToStream(links, linkTo(1));
    const at = (of: ResolvedEvent['event']) => (of ? `${of.streamId}@${of.revision}` : 'nothing');
    const show = ({ event: shown, link }: ResolvedEvent) => `${at(shown)} by ${at(link)}`;
    const subscription = client.subscribeToStream(links, { resolveLinkTos: true });
    const lines = await journalled(subscription, show, async ({ until }) => {
      await until('caughtUp', has('caughtUp'));
      await client.appendToStream(links, [linkTo(0), linkTo(7)]);
      await until('the live events', ({ length }) => length === 5);
    });
    expect(lines).to.deep.equal([
      'confirmation',
      `${stream}@1 by ${links}@0`,
      'caughtUp',
      `${stream}@0 by ${links}@1`,
      `nothing by ${links}@2`,
    ]);
  });
});

describe('subscriptions to the whole store', () => {
  const target = useTarget();

  describe('with a filter', () => {
    const mark = freshStream('filter');
    let from: Position | undefined;
    before(async () => {
      const { client } = target();
      from = await appendedAt(client, freshStream());
      for (let i = 0; i < 12; i += 1) {
        await client.appendToStream(
          `${mark}-${i % 3 === 0 ? 'in' : 'out'}-${i}`,
          event(i, i % 2 === 0 ? 'Even' : 'Odd'),
        );
      }
    });
    const inStreams = ['-in-0@0', '-in-3@0', '-in-6@0', '-in-9@0'];
    const filters = {
      'a prefix of stream names': [streamNameFilter({ prefixes: ['other', `${mark}-in`] }), inStreams],
      'a regular expression on stream names': [streamNameFilter({ regex: `^${mark}-in-.$` }), inStreams],
      'a regular expression found anywhere': [streamNameFilter({ regex: `${mark.slice(3)}-in` }), inStreams],
      'event types': [
        eventTypeFilter({ prefixes: ['Even'] }),
        ['-in-0@0', '-out-2@0', '-out-4@0', '-in-6@0', '-out-8@0', '-out-10@0'],
      ],
      'no prefix that fits': [streamNameFilter({ prefixes: ['nobody-has-this'] }), []],
    } as const;
    for (const [name, [filter, found]] of Object.entries(filters)) {
      it(`by ${name}`, async () => {
        const subscription = target().client.subscribeToAll({ fromPosition: from ?? START, filter });
        const show = ({ event: shown }: ResolvedEvent) => `${shown?.streamId.slice(mark.length)}@${shown?.revision}`;
        const lines = await journalled(subscription, show, ({ until }) => until('caughtUp', has('caughtUp')));
        expect(lines).to.deep.equal(['confirmation', ...found, 'caughtUp']);
      });
    }
  });

  it('have no gap and no repeat while writers write, filtered or not', async function writing() {
    this.timeout(60_000);
    const { client } = target();
    const mark = freshStream('busy');
    const perStream = 500;
    const streams = Array.from({ length: 8 }, (_, i) => `${mark}-${i}`);
    const position = await appendedAt(client, `${mark}-first`);
    const writers = Promise.all(
      streams.map(async (stream) => {
        for (let i = 0; i < perStream; i += 5) await client.appendToStream(stream, events(5));
      }),
    );
    const follow = (filter?: Filter) => followUntil(client, `${mark}-last`, position, filter);
    const followers = Promise.all([
      follow(),
      follow(streamNameFilter({ prefixes: [mark] })),
      follow(excludeSystemEvents()),
    ]);
    await writers;
    await client.appendToStream(`${mark}-last`, event(0));
    for (const seen of await followers) {
      for (const stream of streams) {
        const own = seen.filter(({ streamId }) => streamId === stream).map(({ revision }) => Number(revision));
        expect(own).to.deep.equal(Array.from({ length: perStream }, (_, revision) => revision));
      }
      expect(seen.every(({ commit }, i) => commit > (seen[i - 1]?.commit ?? 0n))).to.equal(true);
    }
  });
});
