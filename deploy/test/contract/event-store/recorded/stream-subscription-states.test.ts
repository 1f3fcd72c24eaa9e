import { END, type EventStoreDBClient } from '@eventstore/db-client';
import { has, journalled, lineCount, streamAndRevision } from '../journal.ts';
import { event, events } from '../target.ts';
import { recordedAnswers } from './recorded.ts';

const APPEND = '— append 2 live';

/** How the call ends for those who follow a stream with a tombstone. */
const deleted = (streamName: string) => ({
  error: 'StreamDeletedError',
  type: 'stream-deleted',
  code: 9,
  message: `9 FAILED_PRECONDITION: Event stream '${streamName}' is deleted.`,
  streamName,
});

interface Row {
  readonly entry: number;
  readonly what: string;
  readonly name: string;
  readonly stage: (client: EventStoreDBClient, stream: string) => Promise<unknown>;
  /** Default: the start. */
  readonly from?: typeof END;
  readonly seen: readonly unknown[];
}

const rows: readonly Row[] = [
  {
    entry: 10,
    what: 'a tombstone, from the start: refused, without a confirmation',
    name: 'p7-ts',
    stage: (client, x) => client.tombstoneStream(x),
    seen: [deleted('p7-ts')],
  },
  {
    entry: 11,
    what: 'a tombstone, from the end: no error',
    name: 'p7-ts',
    stage: (client, x) => client.tombstoneStream(x),
    from: END,
    seen: ['confirmation', 'caughtUp'],
  },
  {
    entry: 13,
    what: '$maxCount 2: the last two',
    name: 'p7-m',
    stage: (client, x) => client.setStreamMetadata(x, { maxCount: 2 }),
    seen: ['confirmation', 'p7-m@3', 'p7-m@4', 'caughtUp'],
  },
  {
    entry: 14,
    what: '$tb 3: what is not truncated',
    name: 'p7-tb',
    stage: (client, x) => client.setStreamMetadata(x, { truncateBefore: 3 }),
    seen: ['confirmation', 'p7-tb@3', 'p7-tb@4', 'caughtUp'],
  },
];

recordedAnswers('subscriptions to a stream with metadata, deleted, or with a tombstone', (recorded) => {
  for (const { entry, what, name, stage, from, seen } of rows) {
    recorded({ probe: 7, entry, what, seen }, async ({ client, stream }) => {
      const x = stream(name);
      await client.appendToStream(x, events(5));
      await stage(client, x);
      const subscription = client.subscribeToStream(x, from ? { fromRevision: from } : {});
      return journalled(subscription, streamAndRevision, async ({ until }) => {
        await until('what is there', lineCount(seen.length));
        // Whatever else the server has said by now is here before this answer.
        await client.getStreamMetadata(stream());
      });
    });
  }

  recorded(
    {
      probe: 7,
      entry: 9,
      what: 'soft-deleted, from the start: as a missing one, then the new events',
      seen: ['confirmation', APPEND, 'p7-sd@2', 'p7-sd@3', 'caughtUp'],
    },
    async ({ client, stream }) => {
      const x = stream('p7-sd');
      await client.appendToStream(x, events(2));
      await client.deleteStream(x);
      return journalled(client.subscribeToStream(x), streamAndRevision, async ({ until, mark }) => {
        await until('confirmation', has('confirmation'));
        await client.getStreamMetadata(x);
        mark(APPEND);
        await client.appendToStream(x, events(2));
        await until('what is new', lineCount(5));
      });
    },
  );

  recorded(
    {
      probe: 7,
      entry: 12,
      what: 'live: a delete shows nothing, new events are shown, a tombstone is shown and ends it',
      seen: [
        'confirmation',
        'p7-d@0',
        'p7-d@1',
        'caughtUp',
        '— deleteStream',
        APPEND,
        'p7-d@2',
        'p7-d@3',
        '— tombstoneStream',
        'p7-d@9223372036854775807',
        deleted('p7-d'),
        '— (wait)',
      ],
    },
    async ({ client, stream }) => {
      const x = stream('p7-d');
      await client.appendToStream(x, events(2));
      return journalled(client.subscribeToStream(x), streamAndRevision, async ({ until, mark, lines }) => {
        await until('caughtUp', has('caughtUp'));
        mark('— deleteStream');
        await client.deleteStream(x);
        mark(APPEND);
        await client.appendToStream(x, events(2));
        await until('the live events', lineCount(8));
        mark('— tombstoneStream');
        await client.tombstoneStream(x);
        await until('the error', () => lines.at(-1) instanceof Error);
        mark('— (wait)');
      });
    },
  );

  recorded(
    {
      probe: 7,
      entry: 15,
      what: 'live: metadata shows nothing',
      seen: ['confirmation', 'caughtUp', '— setStreamMetadata'],
    },
    async ({ client, stream }) => {
      const x = stream();
      const subscription = client.subscribeToStream(x, { fromRevision: END });
      const lines = await journalled(subscription, streamAndRevision, async ({ until, mark }) => {
        await until('caughtUp', has('caughtUp'));
        mark('— setStreamMetadata');
        await client.setStreamMetadata(x, { maxCount: 10 });
        await client.appendToStream(x, event(0));
        await until('the event after it', has(`${x}@0`));
      });
      return lines.slice(0, -1);
    },
  );
});
