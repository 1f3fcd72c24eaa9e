import { eventTypeFilter, excludeSystemEvents, streamNameFilter } from '@eventstore/db-client';
import type { Life } from './attempt.ts';
import type { Log } from './log.ts';
import type { Random } from './random.ts';
import { TYPES } from './random-events.ts';
import { createSubscriber, type Interest, type Subscriber } from './subscriber.ts';
import { appendToShared, createWriter, type Journal, type Writer } from './writers.ts';

const WRITERS = 12;
const SHARED_STREAMS = ['shared-1', 'shared-2', 'shared-3'] as const;
const WRITERS_OF_EACH = 2;

const [typeOne, typeTwo] = TYPES;

const ALL_INTERESTS: readonly Interest[] = [
  { of: '$all', matches: () => true },
  { of: '$all', matches: ({ type }) => !type.startsWith('$'), filter: excludeSystemEvents() },
  {
    of: '$all',
    matches: ({ stream }) => stream.startsWith('shared-'),
    filter: streamNameFilter({ prefixes: ['shared-'] }),
  },
  {
    of: '$all',
    matches: ({ stream }) => /-[0-4]$/.test(stream),
    filter: streamNameFilter({ regex: '-[0-4]$', maxSearchWindow: 10 }),
  },
  {
    of: '$all',
    matches: ({ type }) => type === typeOne || type === typeTwo,
    filter: eventTypeFilter({ prefixes: [typeOne, typeTwo], checkpointInterval: 3 }),
  },
];

/** How far back somebody begins who does not begin at the start. */
const MOST_ENTRIES_BACK = 3_000;

/** All who work with the server. */
export interface Population {
  readonly subscribers: readonly Subscriber[];
  /** Everybody at work, until the server is killed. @throws what one of them throws */
  work(life: Life): Promise<void>;
  follow(life: Life): Promise<void>;
  /** Between two lives of the server. */
  adopt(isUnsure: (stream: string) => boolean): void;
  /** What all subscribers took so far, those who have left too. */
  subscriptionEvents(): number;
  /** How often one was too slow while live. */
  resubscribed(): number;
}

export function createPopulation(random: Random, log: Log, journal: Journal): Population {
  const writers: Writer[] = Array.from({ length: WRITERS }, (_, number) =>
    createWriter(String(number), random.fork(), journal),
  );
  const shared = SHARED_STREAMS.flatMap((stream) =>
    Array.from({ length: WRITERS_OF_EACH }, () => ({ stream, random: random.fork() })),
  );
  const subscribers: Subscriber[] = [
    ...ALL_INTERESTS.map((interest) => createSubscriber(interest, log)),
    ...SHARED_STREAMS.map((stream) => createSubscriber({ of: 'stream', stream }, log)),
  ];
  const gone: Subscriber[] = [];

  async function follow({ client, killed }: Life): Promise<void> {
    await Promise.all(subscribers.map((subscriber) => subscriber.follow(client, killed)));
  }

  /** Somebody begins at a position remembered from earlier, and somebody else at the start of a stream that may be deleted. */
  function newcomers(): void {
    const at = log.entries.length - 1 - random.below(Math.min(log.entries.length, MOST_ENTRIES_BACK));
    subscribers.push(createSubscriber(random.pick(ALL_INTERESTS), log, at));
    const stream = log.entries.findLast((entry) => entry.stream.startsWith('own-'))?.stream;
    if (stream) subscribers.push(createSubscriber({ of: 'stream', stream }, log));
  }

  /** They stay for some rounds. */
  function leave(): void {
    const regulars = ALL_INTERESTS.length + SHARED_STREAMS.length;
    if (subscribers.length > regulars + 6) gone.push(...subscribers.splice(regulars, 2));
  }

  return {
    subscribers,
    follow,
    async work(life) {
      await Promise.all([
        ...writers.map((writer) => writer.work(life)),
        ...shared.map(({ stream, random: own }) => appendToShared(stream, own, journal, life)),
        follow(life),
      ]);
    },
    adopt(isUnsure) {
      for (const writer of writers) writer.adopt(log.state, isUnsure);
      leave();
      newcomers();
    },
    subscriptionEvents: () => sum([...subscribers, ...gone].map(({ taken }) => taken)),
    resubscribed: () => sum([...subscribers, ...gone].map(({ resubscribed }) => resubscribed)),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
