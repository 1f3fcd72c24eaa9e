import { END, excludeSystemEvents, type ResolvedEvent, START, streamNameFilter } from '@eventstore/db-client';
import { has, journalled, lineCount } from '../journal.ts';
import { appendedAt, event, events } from '../target.ts';
import { counted } from './counted.ts';
import { recordedAnswers } from './recorded.ts';

const APPEND = '— append 2 live';

/** A refusal that says no more. */
const handlerThrew = {
  error: 'UnknownError',
  type: 'unknown',
  code: 2,
  message: '2 UNKNOWN: Exception was thrown by handler.',
};

/**
 * `orders-1@0 C:733 cp=733`: an event of one of these streams, or of their metadata, with its position and its
 * commitPosition; the type is told where it is not `Happened`.
 */
const ofStreams =
  (...streams: string[]) =>
  ({ event, commitPosition }: ResolvedEvent) => {
    if (!event || !streams.some((stream) => event.streamId === stream || event.streamId === `$$${stream}`)) return;
    const type = event.type === 'Happened' ? '' : ` ${event.type}`;
    return `${event.streamId}@${event.revision}${type} C:${event.position?.commit} cp=${commitPosition}`;
  };

recordedAnswers('subscriptions to $all', (recorded) => {
  recorded(
    {
      probe: 7,
      entry: 21,
      what: 'from the position of an event: what comes after it, then live, until it unsubscribes',
      seen: [
        'confirmation',
        'p7x-1@0 C:<1> cp=<1>',
        'p7x-1@1 C:<2> cp=<2>',
        'p7y-1@0 Y C:<3> cp=<3>',
        'p7x-2@0 C:<4> cp=<4>',
        'caughtUp',
        APPEND,
        'p7x-1@2 C:<5> cp=<5>',
        'p7x-1@3 C:<6> cp=<6>',
        '— unsubscribe()',
        'end',
        'finish',
        'close',
      ],
    },
    async ({ client, stream }) => {
      const [x1, x2, y1, before] = [stream('p7x-1'), stream('p7x-2'), stream('p7y-1'), stream('p7x-0')];
      const fromPosition = await appendedAt(client, before);
      await client.appendToStream(x1, events(2));
      await client.appendToStream(y1, event(0, 'Y'));
      await client.appendToStream(x2, event(0));
      const subscription = client.subscribeToAll({ fromPosition });
      return journalled(subscription, ofStreams(before, x1, x2, y1), async ({ until, mark }) => {
        await until('caughtUp', has('caughtUp'));
        mark(APPEND);
        await client.appendToStream(x1, events(2));
        await until('the live events', lineCount(9));
        mark('— unsubscribe()');
        await subscription.unsubscribe();
        await until('close', has('close'));
      });
    },
  );

  recorded(
    {
      probe: 7,
      entry: 22,
      what: 'from the end: metadata, a delete and a tombstone are events too',
      seen: [
        'confirmation',
        'caughtUp',
        APPEND,
        'p7y-1@1 C:<1> cp=<1>',
        'p7y-1@2 C:<2> cp=<2>',
        '— setStreamMetadata',
        '$$p7y-1@0 $metadata C:<3> cp=<3>',
        '— deleteStream',
        '$$p7y-1@1 $metadata C:<4> cp=<4>',
        '— tombstoneStream',
        'p7y-1@9223372036854775807 $streamDeleted C:<5> cp=<5>',
      ],
    },
    async ({ client, stream }) => {
      const y = stream('p7y-1');
      await client.appendToStream(y, event(0));
      return journalled(client.subscribeToAll({ fromPosition: END }), ofStreams(y), async ({ until, mark }) => {
        await until('caughtUp', has('caughtUp'));
        mark(APPEND);
        await client.appendToStream(y, events(2));
        await until('the live events', lineCount(5));
        mark('— setStreamMetadata');
        await client.setStreamMetadata(y, { maxCount: 10 });
        await until('the metadata', lineCount(7));
        mark('— deleteStream');
        await client.deleteStream(y);
        await until('the delete', lineCount(9));
        mark('— tombstoneStream');
        await client.tombstoneStream(y);
        await until('the tombstone', lineCount(11));
      });
    },
  );

  recorded(
    { probe: 7, entry: 23, what: 'from a position where no event begins: refused', seen: [handlerThrew] },
    async ({ client, stream }) => {
      const { commit } = await appendedAt(client, stream());
      // Something after it, so that the position is not past the end.
      await client.appendToStream(stream(), events(3));
      const subscription = client.subscribeToAll({ fromPosition: { commit: commit + 1n, prepare: commit + 1n } });
      return journalled(subscription, ofStreams(), ({ until }) => until('the error', lineCount(1)));
    },
  );

  recorded(
    {
      probe: 7,
      entry: 24,
      what: 'from a position past the end: new events below it are shown',
      seen: ['confirmation', 'caughtUp', APPEND, 'p7x-1@4 C:<1> cp=<1>', 'p7x-1@5 C:<2> cp=<2>'],
    },
    async ({ client, stream }) => {
      const x = stream('p7x-1');
      await client.appendToStream(x, events(3));
      const { commit } = await appendedAt(client, x);
      const past = commit + 1_000_003n;
      const subscription = client.subscribeToAll({ fromPosition: { commit: past, prepare: past } });
      return journalled(subscription, ofStreams(x), async ({ until, mark }) => {
        await until('caughtUp', has('caughtUp'));
        mark(APPEND);
        await client.appendToStream(x, events(2));
        await until('the live events', lineCount(5));
      });
    },
  );

  recorded(
    {
      probe: 7,
      entry: 25,
      what: 'from the start of a store with 1,951 events: caught up after the last',
      seen: ['confirmation after 0', 'caughtUp after 1951', 'total 1951'],
      needs: 'a fresh store',
    },
    async ({ client, stream }) => {
      let there = 0;
      for await (const _ of client.readAll()) there += 1;
      await client.appendToStream(stream(), events(1951 - there));
      const subscription = client.subscribeToAll({ fromPosition: START });
      return counted(subscription, 'total', ({ until }) => until('caughtUp', has('caughtUp')));
    },
  );

  recorded(
    {
      probe: 7,
      entry: 34,
      what: 'without system events: neither metadata nor the tombstone',
      seen: ['confirmation', 'x@0', 'y@0', 'x@1', 'caughtUp', '— unsubscribe', 'end', 'finish', 'close'],
      ownShape: 'there it was all that the store held',
    },
    async ({ client, stream }) => {
      const [x, y] = [stream('x'), stream('y')];
      const fromPosition = await appendedAt(client, stream());
      await client.appendToStream(x, event(0));
      await client.appendToStream(y, event(0));
      await client.setStreamMetadata(y, { maxCount: 10 });
      await client.deleteStream(y);
      await client.tombstoneStream(y);
      await client.appendToStream(x, event(1));
      const subscription = client.subscribeToAll({ fromPosition, filter: excludeSystemEvents() });
      const show = ({ event }: ResolvedEvent) => `${event?.streamId}@${event?.revision}`;
      return journalled(subscription, show, async ({ until, mark }) => {
        await until('caughtUp', has('caughtUp'));
        mark('— unsubscribe');
        await subscription.unsubscribe();
        await until('close', has('close'));
      });
    },
  );

  recorded(
    {
      probe: 7,
      entry: 35,
      what: 'with a filter that is no regular expression: refused',
      seen: [handlerThrew],
    },
    async ({ client }) => {
      const subscription = client.subscribeToAll({ filter: streamNameFilter({ regex: '(' }) });
      return journalled(subscription, ofStreams(), ({ until }) => until('the error', lineCount(1)));
    },
  );

  recorded(
    { probe: 7, entry: 48, what: 'with a filter, from the end', seen: ['confirmation', 'caughtUp', 'x5-f1'] },
    async ({ client, stream }) => {
      const x = stream('x5-f1');
      const subscription = client.subscribeToAll({ fromPosition: END, filter: streamNameFilter({ prefixes: [x] }) });
      return journalled(
        subscription,
        ({ event }) => event?.streamId,
        async ({ until }) => {
          await until('caughtUp', has('caughtUp'));
          await client.appendToStream(x, event(0));
          await until('the event', lineCount(3));
        },
      );
    },
  );
});
