import { END, type ResolvedEvent, START } from '@eventstore/db-client';
import { has, journalled, lineCount, streamAndRevision } from '../journal.ts';
import { event, events } from '../target.ts';
import { counted } from './counted.ts';
import { recordedAnswers } from './recorded.ts';

const APPEND = '— append 2 live';

interface Row {
  readonly entry: number;
  readonly what: string;
  readonly name: string;
  /** How many events the stream has when it is subscribed to; 0: it is missing. */
  readonly present: number;
  /** Undefined: the client's default. */
  readonly from: typeof START | typeof END | bigint | undefined;
  readonly seen: readonly string[];
}

const rows: readonly Row[] = [
  {
    entry: 1,
    what: 'from the end',
    name: 'p7-a',
    present: 5,
    from: END,
    seen: ['confirmation', 'caughtUp', APPEND, 'p7-a@5', 'p7-a@6'],
  },
  {
    entry: 2,
    what: 'from a revision: what comes after it',
    name: 'p7-a',
    present: 7,
    from: 1n,
    seen: ['confirmation', 'p7-a@2', 'p7-a@3', 'p7-a@4', 'p7-a@5', 'p7-a@6', 'caughtUp'],
  },
  {
    entry: 3,
    what: 'from revision 0: not from the start',
    name: 'p7-a',
    present: 7,
    from: 0n,
    seen: ['confirmation', 'p7-a@1', 'p7-a@2', 'p7-a@3', 'p7-a@4', 'p7-a@5', 'p7-a@6', 'caughtUp'],
  },
  {
    entry: 4,
    what: 'from the last revision',
    name: 'p7-a',
    present: 7,
    from: 6n,
    seen: ['confirmation', 'caughtUp', APPEND, 'p7-a@7', 'p7-a@8'],
  },
  {
    entry: 6,
    what: 'of a missing stream from the start: caught up after its first events only',
    name: 'p7-missing',
    present: 0,
    from: START,
    seen: ['confirmation', APPEND, 'p7-missing@0', 'p7-missing@1', 'caughtUp'],
  },
  {
    entry: 7,
    what: 'of a missing stream from the end',
    name: 'p7-missing-e',
    present: 0,
    from: END,
    seen: ['confirmation', 'caughtUp', APPEND, 'p7-missing-e@0', 'p7-missing-e@1'],
  },
  {
    entry: 8,
    what: 'of a missing stream from revision 0',
    name: 'p7-missing-r',
    present: 0,
    from: 0n,
    seen: ['confirmation', APPEND, 'p7-missing-r@1', 'caughtUp'],
  },
];

recordedAnswers('subscriptions to a stream', (recorded) => {
  for (const { entry, what, name, present, from, seen } of rows) {
    recorded({ probe: 7, entry, what, seen }, async ({ client, stream }) => {
      const x = stream(name);
      if (present > 0) await client.appendToStream(x, events(present));
      const options = from === undefined ? {} : { fromRevision: from };
      return journalled(client.subscribeToStream(x, options), streamAndRevision, async ({ until, mark }) => {
        const live = seen.indexOf(APPEND);
        await until('what is there', lineCount(live < 0 ? seen.length : live));
        // Whatever the server has said by now is here before this answer.
        await client.getStreamMetadata(x);
        if (live < 0) return;
        mark(APPEND);
        await client.appendToStream(x, events(2));
        await until('what is new', lineCount(seen.length));
        await client.getStreamMetadata(x);
      });
    });
  }

  recorded(
    {
      probe: 7,
      entry: 0,
      what: 'from the start, which is the default, until it unsubscribes',
      seen: [
        'confirmation',
        'p7-a@0',
        'p7-a@1',
        'p7-a@2',
        'caughtUp',
        APPEND,
        'p7-a@3',
        'p7-a@4',
        '— unsubscribe()',
        'end',
        'finish',
        'close',
      ],
    },
    async ({ client, stream }) => {
      const x = stream('p7-a');
      await client.appendToStream(x, events(3));
      const subscription = client.subscribeToStream(x);
      return journalled(subscription, streamAndRevision, async ({ until, mark }) => {
        await until('caughtUp', has('caughtUp'));
        mark(APPEND);
        await client.appendToStream(x, events(2));
        await until('the live events', lineCount(8));
        mark('— unsubscribe()');
        await subscription.unsubscribe();
        await until('close', has('close'));
      });
    },
  );

  recorded(
    {
      probe: 7,
      entry: 5,
      what: 'from a revision past the end: new events below it are not shown',
      seen: ['confirmation', 'caughtUp', APPEND],
    },
    async ({ client, stream }) => {
      const x = stream('p7-a');
      await client.appendToStream(x, events(9));
      return journalled(client.subscribeToStream(x, { fromRevision: 20n }), streamAndRevision, async (journal) => {
        await journal.until('caughtUp', has('caughtUp'));
        await journalled(client.subscribeToStream(x, { fromRevision: END }), streamAndRevision, async (witness) => {
          await witness.until('caughtUp', has('caughtUp'));
          journal.mark(APPEND);
          await client.appendToStream(x, events(2));
          await witness.until('that others see them', lineCount(4));
        });
        await client.getStreamMetadata(x);
      });
    },
  );

  recorded(
    {
      probe: 7,
      entry: 19,
      what: '700 events at once to one who waits for a missing stream: all shown, then caught up once',
      seen: ['confirmation', '— append 700', ...Array.from({ length: 700 }, () => 'e'), 'caughtUp'],
    },
    async ({ client, stream }) => {
      const x = stream();
      return journalled(
        client.subscribeToStream(x),
        () => 'e',
        async ({ until, mark }) => {
          await until('confirmation', has('confirmation'));
          mark('— append 700');
          await client.appendToStream(x, events(700));
          await until('caughtUp', has('caughtUp'));
        },
      );
    },
  );

  recorded(
    {
      probe: 7,
      entry: 20,
      what: '700 events that are there: caught up after the last',
      seen: ['confirmation after 0', 'caughtUp after 700', 'total 700'],
    },
    async ({ client, stream }) => {
      const x = stream();
      await client.appendToStream(x, events(700));
      return counted(client.subscribeToStream(x), 'total', ({ until }) => until('caughtUp', has('caughtUp')));
    },
  );

  recorded(
    {
      probe: 7,
      entry: 47,
      what: 'of a missing stream, which then gets one event and another: caught up between them',
      seen: ['confirmation', 0n, 'caughtUp', 1n],
    },
    async ({ client, stream }) => {
      const x = stream();
      const revision = ({ event }: ResolvedEvent) => event?.revision;
      return journalled(client.subscribeToStream(x), revision, async ({ until }) => {
        await until('confirmation', has('confirmation'));
        await client.appendToStream(x, event(0));
        await until('caughtUp', has('caughtUp'));
        await client.appendToStream(x, event(1));
        await until('the second event', has(1n));
      });
    },
  );

  recorded(
    {
      probe: 7,
      entry: 16,
      what: 'has an id, a UUID',
      seen: ['confirmation', 'caughtUp', '— sub.id is a', 'string xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx'],
    },
    async ({ client, stream }) => {
      const subscription = client.subscribeToStream(stream(), { fromRevision: END });
      return journalled(subscription, streamAndRevision, async ({ until, mark }) => {
        await until('caughtUp', has('caughtUp'));
        mark('— sub.id is a');
        mark(`${typeof subscription.id} ${String(subscription.id).replace(/[0-9a-f]/g, 'x')}`);
      });
    },
  );

  recorded(
    {
      probe: 7,
      entry: 17,
      what: 'of a stream without a name: refused',
      seen: [
        { error: 'UnknownError', type: 'unknown', code: 2, message: '2 UNKNOWN: Exception was thrown by handler.' },
      ],
    },
    async ({ client }) =>
      journalled(client.subscribeToStream(''), streamAndRevision, ({ until }) => until('the error', lineCount(1))),
  );

  recorded(
    {
      probe: 7,
      entry: 18,
      what: 'of "$all" as the name of a stream: one that is missing',
      seen: ['confirmation'],
      needs: 'a fresh store',
    },
    async ({ client, stream }) =>
      journalled(client.subscribeToStream('$all'), streamAndRevision, async ({ until }) => {
        await until('confirmation', has('confirmation'));
        const x = stream();
        await journalled(client.subscribeToStream(x), streamAndRevision, async (witness) => {
          await witness.until('confirmation', has('confirmation'));
          await client.appendToStream(x, event(0));
          await witness.until('that others see an event', has('caughtUp'));
        });
      }),
  );
});
