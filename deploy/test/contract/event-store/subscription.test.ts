import { once } from 'node:events';
import {
  type AllStreamSubscription,
  END,
  type EventStoreDBClient,
  eventTypeFilter,
  excludeSystemEvents,
  type Filter,
  type Position,
  START,
  type StreamSubscription,
  streamNameFilter,
  TimeoutError,
} from '@eventstore/db-client';
import { expect } from 'chai';
import { event, events, freshStream, told, useTarget } from './target.ts';

const DEADLINE_MS = 20_000;

/** What a subscription tells, in order, in words; with a way to wait for a part of it. */
function journalOf(subscription: StreamSubscription | AllStreamSubscription, only = '') {
  const told_: string[] = [];
  let check = () => {};
  const write = (line: string) => {
    told_.push(line);
    check();
  };
  subscription.on('confirmation', () => write('confirmation'));
  subscription.on('caughtUp', () => write('caughtUp'));
  subscription.on('error', (error) => write(JSON.stringify(told(error))));
  const reading = (async () => {
    for await (const { event: recorded } of subscription) {
      if (recorded?.streamId.startsWith(only)) write(`${recorded.streamId.slice(only.length)}@${recorded.revision}`);
    }
  })().catch(() => {
    // The error is in the journal already.
  });
  return {
    lines: told_,
    async until(what: string, holds: (lines: readonly string[]) => boolean): Promise<void> {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`waited for ${what}, got: ${told_.slice(-20)}`)), DEADLINE_MS);
        check = () => {
          if (!holds(told_)) return;
          clearTimeout(timer);
          resolve();
        };
        check();
      });
    },
    async stop(): Promise<void> {
      await subscription.unsubscribe();
      await reading;
    },
  };
}

/**
 * All events after a position up to the first of the stream `last`. A subscriber that was too slow while live subscribes
 * again after the last event it took, as everyone must.
 */
async function followUntil(client: EventStoreDBClient, last: string, after: Position | undefined, filter?: Filter) {
  const seen: { streamId: string; revision: bigint; commit: bigint }[] = [];
  let position = after;
  for (;;) {
    const subscription = client.subscribeToAll({ fromPosition: position ?? START, ...(filter && { filter }) });
    try {
      for await (const { event: recorded } of subscription) {
        if (!recorded) continue;
        position = recorded.position;
        seen.push({
          streamId: recorded.streamId,
          revision: recorded.revision,
          commit: recorded.position?.commit ?? 0n,
        });
        if (recorded.streamId === last) return seen;
      }
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
    }
  }
}

const has =
  (...wanted: string[]) =>
  (lines: readonly string[]) =>
    wanted.every((line) => lines.includes(line));

describe('subscriptions to a stream', () => {
  const target = useTarget();
  const cases: [name: string, present: number, from: bigint | typeof START | typeof END, log: string[]][] = [
    ['from the start', 3, START, ['confirmation', '@0', '@1', '@2', 'caughtUp', 'live', '@3', '@4']],
    ['from the end', 3, END, ['confirmation', 'caughtUp', 'live', '@3', '@4']],
    ['after a revision', 4, 1n, ['confirmation', '@2', '@3', 'caughtUp', 'live', '@4', '@5']],
    ['after revision 0', 2, 0n, ['confirmation', '@1', 'caughtUp', 'live', '@2', '@3']],
    ['after the last', 2, 1n, ['confirmation', 'caughtUp', 'live', '@2', '@3']],
    ['of a missing stream from the start', 0, START, ['confirmation', 'live', '@0', '@1', 'caughtUp']],
    ['of a missing stream from the end', 0, END, ['confirmation', 'caughtUp', 'live', '@0', '@1']],
    ['of a missing stream after a revision', 0, 0n, ['confirmation', 'live', '@1', 'caughtUp']],
  ];
  for (const [name, present, fromRevision, log] of cases) {
    it(`${name}: ${log.join(', ')}`, async () => {
      const { client } = target();
      const stream = freshStream();
      if (present > 0) await client.appendToStream(stream, events(present));
      const journal = journalOf(client.subscribeToStream(stream, { fromRevision }), stream);
      const live = log.indexOf('live');
      await journal.until('what is there', has(...log.slice(0, live)));
      await client.appendToStream(stream, events(2));
      await journal.until('what is new', (lines) => lines.length >= log.length - 1);
      await journal.stop();
      expect(journal.lines).to.deep.equal(log.filter((line) => line !== 'live'));
    });
  }

  it('shows those who catch up only what metadata leaves', async () => {
    const { client } = target();
    const stream = freshStream();
    await client.appendToStream(stream, events(5));
    await client.setStreamMetadata(stream, { maxCount: 2 });
    const journal = journalOf(client.subscribeToStream(stream), stream);
    await journal.until('caughtUp', has('caughtUp'));
    await journal.stop();
    expect(journal.lines).to.deep.equal(['confirmation', '@3', '@4', 'caughtUp']);
  });

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
    const journals = Array.from({ length: 4 }, () => journalOf(client.subscribeToStream(stream), stream));
    await writers;
    const all = Array.from({ length: count }, (_, revision) => `@${revision}`);
    for (const journal of journals) {
      await journal.until('the last event, and caughtUp', has(`@${count - 1}`, 'caughtUp'));
      await journal.stop();
      expect(journal.lines.filter((line) => line.startsWith('@'))).to.deep.equal(all);
      expect(journal.lines.filter((line) => line === 'caughtUp')).to.have.length(1);
    }
  });
});

describe('subscriptions to the whole store', () => {
  const target = useTarget();

  it('go on after a position, then live', async () => {
    const { client } = target();
    const stream = freshStream();
    const { position } = await client.appendToStream(stream, event(0));
    await client.appendToStream(stream, events(2));
    const journal = journalOf(client.subscribeToAll({ fromPosition: position ?? START }), stream);
    await journal.until('caughtUp', has('caughtUp'));
    await client.appendToStream(stream, event(3));
    await journal.until('the live event', has('@3'));
    await journal.stop();
    expect(journal.lines).to.deep.equal(['confirmation', '@1', '@2', 'caughtUp', '@3']);
  });

  it('from the end show what is new, metadata too', async () => {
    const { client } = target();
    const stream = freshStream();
    const journal = journalOf(client.subscribeToAll({ fromPosition: END }));
    await journal.until('caughtUp', has('caughtUp'));
    await client.appendToStream(stream, event(0));
    await client.setStreamMetadata(stream, { maxCount: 10 });
    await journal.until('the metadata', has(`$$${stream}@0`));
    await journal.stop();
    expect(journal.lines).to.deep.equal(['confirmation', 'caughtUp', `${stream}@0`, `$$${stream}@0`]);
  });

  it('refuse a position where no event is', async () => {
    const { client } = target();
    const { position } = await client.appendToStream(freshStream(), event(0));
    const commit = (position?.commit ?? 0n) + 1n;
    // Something after it, so that the position is not past the end.
    await client.appendToStream(freshStream(), events(3));
    const subscription = client.subscribeToAll({ fromPosition: { commit, prepare: commit } });
    const [error] = await once(subscription, 'error');
    expect(told(error)).to.deep.equal({ error: 'UnknownError', code: 2 });
  });

  describe('with a filter', () => {
    const mark = freshStream('filter');
    let from: { commit: bigint; prepare: bigint } | undefined;
    before(async () => {
      const { client } = target();
      from = (await client.appendToStream(freshStream(), event('before'))).position;
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
      'no system events': [
        excludeSystemEvents(),
        Array.from({ length: 12 }, (_, i) => `-${i % 3 === 0 ? 'in' : 'out'}-${i}@0`),
      ],
      'no prefix that fits': [streamNameFilter({ prefixes: ['nobody-has-this'] }), []],
    } as const;
    for (const [name, [filter, found]] of Object.entries(filters)) {
      it(`by ${name}`, async () => {
        const journal = journalOf(target().client.subscribeToAll({ fromPosition: from ?? START, filter }), mark);
        await journal.until('caughtUp', has('caughtUp'));
        await journal.stop();
        expect(journal.lines).to.deep.equal(['confirmation', ...found, 'caughtUp']);
      });
    }

    it('that is no regular expression is refused', async () => {
      const subscription = target().client.subscribeToAll({ filter: streamNameFilter({ regex: '(' }) });
      const [error] = await once(subscription, 'error');
      expect(told(error)).to.deep.equal({ error: 'UnknownError', code: 2 });
    });

    it('tell how far they have looked', async () => {
      const { client } = target();
      const checkpoints: bigint[] = [];
      const filter = streamNameFilter({
        prefixes: ['nobody-has-this'],
        maxSearchWindow: 2,
        checkpointInterval: 2,
        checkpointReached: async (_, position) => {
          checkpoints.push(position.commit);
        },
      });
      const journal = journalOf(client.subscribeToAll({ fromPosition: from ?? START, filter }));
      await journal.until('caughtUp', has('caughtUp'));
      await journal.stop();
      // Of the 12 events a checkpoint after every 4.
      expect(checkpoints.length).to.be.at.least(3);
      expect(checkpoints.every((commit, i) => commit > (checkpoints[i - 1] ?? 0n))).to.equal(true);
    });
  });

  it('have no gap and no repeat while writers write, filtered or not', async function writing() {
    this.timeout(60_000);
    const { client } = target();
    const mark = freshStream('busy');
    const perStream = 500;
    const streams = Array.from({ length: 8 }, (_, i) => `${mark}-${i}`);
    const { position } = await client.appendToStream(`${mark}-first`, event(0));
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

  it('ends without an error when the client unsubscribes', async () => {
    const subscription = target().client.subscribeToAll({ fromPosition: END });
    const journal = journalOf(subscription);
    await journal.until('caughtUp', has('caughtUp'));
    await journal.stop();
    expect(journal.lines).to.deep.equal(['confirmation', 'caughtUp']);
  });
});
