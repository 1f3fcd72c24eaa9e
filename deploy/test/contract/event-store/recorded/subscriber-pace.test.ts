import { setTimeout as pause } from 'node:timers/promises';
import { END, type EventStoreDBClient, type ResolvedEvent, streamNameFilter } from '@eventstore/db-client';
import { has, type Journal, journalled } from '../journal.ts';
import { appendedAt, event, events } from '../target.ts';
import { counted } from './counted.ts';
import { recordedAnswers } from './recorded.ts';

interface Overflow {
  readonly entry: number;
  readonly of: '$all' | '$all with a filter' | 'a stream';
  /** How many events are there before it is live. */
  readonly present: number;
  /** How many one append then brings. */
  readonly live: number;
  /** How many of those came before the drop, that time. */
  readonly came: number;
}

const overflows: readonly Overflow[] = [
  { entry: 40, of: '$all', present: 0, live: 500, came: 293 },
  { entry: 41, of: '$all', present: 0, live: 3000, came: 411 },
  { entry: 43, of: 'a stream', present: 500, live: 3000, came: 369 },
  { entry: 44, of: '$all with a filter', present: 0, live: 500, came: 64 },
  { entry: 45, of: '$all with a filter', present: 0, live: 3000, came: 429 },
];

function follow(client: EventStoreDBClient, of: Overflow['of'], stream: string) {
  if (of === 'a stream') return client.subscribeToStream(stream);
  const filter = streamNameFilter({ prefixes: [stream] });
  return client.subscribeToAll({ fromPosition: END, ...(of === '$all' ? {} : { filter }) });
}

const share = (part: number, whole: number) => (part === 0 ? 'none' : part < whole ? 'some' : 'all');

recordedAnswers('the pace of subscribers', (recorded) => {
  for (const { entry, of, present, live, came } of overflows) {
    const what = `${live} events in one append drop one who follows ${of} live, after some of them`;
    const ownShape = `how many come before the drop is chance: it was ${came}`;
    const seen = {
      before: ['confirmation after 0', `caughtUp after ${present}`],
      received: 'some',
      error: 'TimeoutError',
      type: 'timeout',
      code: 10,
      message:
        '10 ABORTED: Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
    };
    recorded({ probe: 7, entry, what, seen, ownShape }, async ({ client, stream }) => {
      const x = stream();
      if (present > 0) await client.appendToStream(x, events(present));
      let received = 0;
      const ofStream = ({ event: shown }: ResolvedEvent) => {
        if (shown?.streamId !== x) return false;
        received += 1;
        return true;
      };
      let error: unknown;
      const overflow = async ({ until, lines }: Journal) => {
        await until('caughtUp', has('caughtUp'));
        await client.appendToStream(x, events(live));
        await until('the drop', () => lines.at(-1) instanceof Error);
        error = lines.at(-1);
      };
      const told = await counted(follow(client, of, x), 'received', overflow, ofStream);
      return { before: told.slice(0, 2), received: share(received - present, live), error };
    });
  }

  recorded(
    {
      probe: 7,
      entry: 42,
      what: '500 events in one append do not drop one who waits for a missing stream: it is not live yet',
      seen: ['confirmation after 0', 'caughtUp after 500', 'received 500'],
    },
    async ({ client, stream }) => {
      const x = stream();
      return counted(client.subscribeToStream(x), 'received', async ({ until }) => {
        await until('confirmation', has('confirmation'));
        await client.appendToStream(x, events(500));
        await until('caughtUp', has('caughtUp'));
      });
    },
  );

  recorded(
    {
      probe: 7,
      entry: 46,
      what: 'a slow one in catch-up is not dropped while 2,000 events are appended; it leaves after 6,001',
      seen: [
        'confirmation after 0',
        { after: 6001, error: 'AbortError', code: 'ABORT_ERR', message: 'The operation was aborted' },
        'close after 6001',
        'received 6001',
      ],
    },
    async ({ client, stream }) => {
      const x = stream();
      const fromPosition = await appendedAt(client, x);
      for (let i = 0; i < 7; i += 1) await client.appendToStream(x, events(1000));
      const subscription = client.subscribeToAll({ fromPosition });
      const told: unknown[] = [];
      let received = 0;
      for (const name of ['confirmation', 'caughtUp'] as const) {
        subscription.on(name, () => told.push(`${name} after ${received}`));
      }
      subscription.on('error', (error) => told.push({ after: received, error }));
      const closed = new Promise<void>((resolve) => {
        subscription.on('close', () => {
          told.push(`close after ${received}`);
          resolve();
        });
      });
      const meanwhile = client.appendToStream(stream(), events(2000));
      for await (const _ of subscription) {
        received += 1;
        // The slowness itself, not a wait for something.
        if (received % 20 === 0) await pause(5);
        if (received === 6001) break;
      }
      await Promise.all([closed, meanwhile, subscription.unsubscribe()]);
      return [...told, `received ${received}`];
    },
  );

  recorded(
    {
      probe: 7,
      entry: 49,
      what: 'the answer to an append comes before its own live event',
      seen: ['answer', 'event'],
    },
    async ({ client, stream }) => {
      const x = stream();
      const subscription = client.subscribeToAll({ fromPosition: END });
      const show = ({ event: shown }: ResolvedEvent) => (shown?.streamId === x ? 'event' : undefined);
      const lines = await journalled(subscription, show, async ({ until, mark }) => {
        await until('caughtUp', has('caughtUp'));
        await client.appendToStream(x, event(0)).then(() => mark('answer'));
        await until('the event', has('event'));
      });
      return lines.slice(2);
    },
  );
});
