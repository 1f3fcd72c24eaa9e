import { type AppendToStreamOptions, DeadlineExceededError } from '@eventstore/db-client';
import { collected, event, events, PATHS } from '../target.ts';
import { at, type Entries, written } from './append-answers.ts';
import { type Asked, recordedAnswers } from './recorded.ts';
import { answerOf, forwards, present } from './stream-states.ts';

/**
 * Deadlines of appends, deletes and reads. An append that has no time left is not written. A unary call that ran out of time
 * at the client may have been heard all the same.
 */

const late = {
  /** The server's answer. */
  batch: { error: 'DeadlineExceededError', type: 'deadline-exceeded', code: undefined, message: '' },
  /** The client's own. */
  unary: { error: 'DeadlineExceededError', type: 'deadline-exceeded', code: 4 },
};

const inTime = { r: written(0n), stored: '0:"x"' };

const [, { options: unary }] = PATHS;

/** An append to a new stream, and what is read of it once an append that came after it is on disk. */
async function appendWithin(deadline: number, asked: Asked, options: AppendToStreamOptions) {
  const { client, stream } = asked;
  const name = stream();
  const r = await answerOf(client.appendToStream(name, event('x'), { ...options, deadline }));
  await client.appendToStream(stream(), event('later'), options);
  return { r, stored: await forwards(asked, name) };
}

type Ending = Awaited<ReturnType<typeof appendWithin>>;

const isLate = (answer: unknown) => answer instanceof DeadlineExceededError;

/** A race, which is run until it ends as `wanted`, or often enough. */
async function race<T>(run: () => Promise<T>, wanted: (ending: T) => boolean): Promise<T> {
  let ending = await run();
  for (let i = 1; i < 50 && !wanted(ending); i++) ending = await run();
  return ending;
}

const WITHOUT_TIME: readonly { entries: Entries; deadline: number }[] = [
  { entries: at(8, 9), deadline: 0 },
  { entries: at(10, 11), deadline: -5 },
];

recordedAnswers('appends without time', (recorded) => {
  for (const { path, options } of PATHS) {
    for (const { entries, deadline } of WITHOUT_TIME) {
      recorded(
        { probe: 11, entry: entries[path], what: `${deadline} ms by the ${path} call: too late`, seen: late[path] },
        ({ client, stream }) => client.appendToStream(stream(), event('x'), { ...options, deadline }),
      );
    }

    const stored = at(21, 25);
    recorded(
      {
        probe: 11,
        entry: stored[path],
        what: `0 ms by the ${path} call: nothing is written`,
        seen: { r: late[path], stored: 'StreamNotFoundError' },
      },
      (asked) => appendWithin(0, asked, options),
    );
  }
});

recordedAnswers('appends with little time', (recorded) => {
  recorded(
    {
      probe: 11,
      entry: 6,
      what: '1 ms by the batch call, with more before it than can be done: too late',
      seen: late.batch,
    },
    async ({ client, stream }) => {
      await client.appendToStream(stream(), event('first'));
      const before = Promise.all(events(500).map((each) => client.appendToStream(stream(), each)));
      const answer = await answerOf(client.appendToStream(stream(), event('x'), { deadline: 1 }));
      await before;
      return answer;
    },
  );

  recorded({ probe: 11, entry: 7, what: '1 ms by the unary call: too late', seen: late.unary }, (asked) =>
    race(async () => (await appendWithin(1, asked, unary)).r, isLate),
  );

  recorded(
    {
      probe: 11,
      entry: 26,
      what: '1 ms by the unary call: too late for the client, and written',
      seen: { r: late.unary, stored: '0:"x"' },
    },
    (asked) =>
      race(
        () => appendWithin(1, asked, unary),
        ({ r, stored }) => isLate(r) && stored === '0:"x"',
      ),
  );

  recorded(
    {
      probe: 11,
      entry: 14,
      what: 'of several appends to one stream only the one that had a millisecond is written',
      seen: '0:"x"',
    },
    (asked) =>
      race(
        async () => {
          const { client, stream } = asked;
          const name = stream();
          for (const { options } of PATHS) {
            for (const { deadline } of WITHOUT_TIME) {
              await answerOf(client.appendToStream(name, event('late'), { ...options, deadline }));
            }
          }
          await answerOf(client.appendToStream(name, event('x'), { ...unary, deadline: 1 }));
          await client.appendToStream(stream(), event('later'), unary);
          return forwards(asked, name);
        },
        (read) => read !== 'StreamNotFoundError',
      ),
  );

  const answered = at(24, 28);
  for (const { path, options } of PATHS) {
    recorded({ probe: 11, entry: answered[path], what: `50 ms by the ${path} call: written`, seen: inTime }, (asked) =>
      race(
        () => appendWithin(50, asked, options),
        ({ r }) => !isLate(r),
      ),
    );
  }

  /** The recorded store was in memory and won them all; with a disk they end either way. */
  const RACES: readonly { entries: Partial<Entries>; deadline: number }[] = [
    { entries: { batch: 22 }, deadline: 1 },
    { entries: at(23, 27), deadline: 5 },
  ];
  for (const { entries, deadline } of RACES) {
    for (const { path, options } of PATHS) {
      const entry = entries[path];
      if (entry === undefined) continue;
      recorded(
        {
          probe: 11,
          entry,
          what: `${deadline} ms by the ${path} call: where the answer came in time, it is written`,
          seen: { untrue: [] },
          ownShape: 'the speed of the machine tells who wins; what is told must be true',
        },
        async (asked) => {
          const endings: Ending[] = [];
          for (let i = 0; i < 20; i++) endings.push(await appendWithin(deadline, asked, options));
          const isTrue = ({ r, stored }: Ending) =>
            isLate(r) || (stored === '0:"x"' && Reflect.get(Object(r), 'nextExpectedRevision') === 0n);
          return { untrue: endings.filter((ending) => !isTrue(ending)) };
        },
      );
    }
  }
});

recordedAnswers('deadlines of deletes and reads', (recorded) => {
  /** A delete of a stream with one event, and what is read of it once an append that came after it is on disk. */
  async function deleteWithin(deadline: number, asked: Asked) {
    const { client, stream } = asked;
    const name = await present(asked, 1);
    const r = await answerOf(client.deleteStream(name, { deadline }));
    await client.appendToStream(stream(), event('later'), unary);
    return { r, stream: await forwards(asked, name) };
  }

  recorded({ probe: 11, entry: 12, what: 'a delete with 0 ms: too late', seen: late.unary }, async (asked) =>
    asked.client.deleteStream(await present(asked, 1), { deadline: 0 }),
  );

  for (const { entry, deadline } of [
    { entry: 29, deadline: 0 },
    { entry: 30, deadline: 1 },
  ]) {
    recorded(
      {
        probe: 11,
        entry,
        what: `a delete with ${deadline} ms: too late for the client, and deleted`,
        seen: { r: late.unary, stream: 'StreamNotFoundError' },
      },
      (asked) =>
        race(
          () => deleteWithin(deadline, asked),
          ({ r, stream }) => isLate(r) && stream === 'StreamNotFoundError',
        ),
    );
  }

  recorded(
    {
      probe: 11,
      entry: 13,
      what: 'a read with 0 ms: the client does not send it, so the answer comes',
      seen: {
        error: 'StreamNotFoundError',
        type: 'stream-not-found',
        code: undefined,
        message: '<stream> not found',
        streamName: '<stream>',
      },
    },
    ({ client, stream }) => collected(client.readStream(stream(), { deadline: 0 })),
  );
});
