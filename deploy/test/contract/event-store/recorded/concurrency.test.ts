import type { AppendResult, EventStoreDBClient } from '@eventstore/db-client';
import { collected, event, events, PATHS } from '../target.ts';
import { wrongVersion } from './append-answers.ts';
import { type Asked, recordedAnswers } from './recorded.ts';
import { answerOf } from './stream-states.ts';

/** Appends that are sent without waiting for the answers of those before. */

const [, unary] = PATHS;

/** Whether each is greater than the one before. */
const rising = (numbers: readonly bigint[]) => numbers.every((number, i) => i === 0 || number > (numbers[i - 1] ?? 0n));

/** Those that succeeded, and what came of the others. */
function sorted(answers: readonly unknown[]): { ok: AppendResult[]; bad: unknown[] } {
  const succeeded = (answer: unknown): answer is AppendResult =>
    typeof answer === 'object' && answer !== null && 'success' in answer && answer.success === true;
  return { ok: answers.filter(succeeded), bad: answers.filter((answer) => !succeeded(answer)) };
}

/** The n of the events of a stream. */
async function numbersIn(client: EventStoreDBClient, stream: string): Promise<unknown[]> {
  const all = await collected(client.readStream(stream));
  return all.map(({ event: stored }) => Reflect.get(Object(stored?.data), 'n'));
}

const inOrder = (numbers: readonly unknown[]) => numbers.every((number, i) => number === i);

/** 1,000 appends to one stream, each of one event that has its place in the order of the calls. */
async function toOneStream({ client, stream }: Asked, options: Parameters<EventStoreDBClient['appendToStream']>[2]) {
  const name = stream();
  const answered: number[] = [];
  const answers = await Promise.all(
    events(1000).map(async (each, i) => {
      const answer = await answerOf(client.appendToStream(name, each, options));
      answered.push(i);
      return answer;
    }),
  );
  const { ok, bad } = sorted(answers);
  const stored = await numbersIn(client, name);
  return {
    ok: ok.length,
    bad,
    storedInCallOrder: inOrder(stored),
    answeredInCallOrder: inOrder(answered),
    nextExpectedIsIndex: ok.every(({ nextExpectedRevision }, i) => nextExpectedRevision === BigInt(i)),
    stored: stored.length,
  };
}

recordedAnswers('appends at the same time', (recorded) => {
  recorded(
    {
      probe: 11,
      entry: 16,
      what: '1,000 to a stream each: positions in the order of the calls',
      seen: { ok: 1000, bad: [], positionsInOrder: true },
    },
    async ({ client, stream }) => {
      // A client asks what the server can do before its first append; the others overtake that one.
      await client.appendToStream(stream(), event('first'));
      const appends = events(1000).map((each) => answerOf(client.appendToStream(stream(), each)));
      const { ok, bad } = sorted(await Promise.all(appends));
      const positions = ok.map(({ position }) => position?.commit ?? 0n);
      return { ok: ok.length, bad, positionsInOrder: rising(positions) };
    },
  );

  recorded(
    {
      probe: 11,
      entry: 17,
      what: '1,000 to one stream: stored and answered in the order of the calls',
      seen: {
        ok: 1000,
        bad: [],
        storedInCallOrder: true,
        answeredInCallOrder: true,
        nextExpectedIsIndex: true,
        stored: 1000,
      },
    },
    (asked) => toOneStream(asked, {}),
  );

  recorded(
    {
      probe: 11,
      entry: 20,
      what: '1,000 to one stream by the unary call: stored in the order of the calls',
      seen: { ok: 1000, bad: [], stored: 1000, storedInCallOrder: true },
    },
    (asked) => toOneStream(asked, unary.options),
  );

  recorded(
    {
      probe: 11,
      entry: 18,
      what: '50 that are each to be the first: only the first that was sent is',
      seen: { ok: [0], errs: Array.from({ length: 49 }, () => wrongVersion('no_stream', 0n)) },
      ownShape: 'the record has the errors as text, equal ones once',
    },
    async ({ client, stream }) => {
      const name = stream();
      const appends = events(50).map((each) =>
        answerOf(client.appendToStream(name, each, { expectedRevision: 'no_stream' })),
      );
      const answers = await Promise.all(appends);
      const { ok, bad } = sorted(answers);
      return { ok: ok.map((answer) => answers.indexOf(answer)), errs: bad };
    },
  );

  recorded(
    {
      probe: 11,
      entry: 19,
      what: '100 that each expect the revision of the one before',
      seen: { ok: 100 },
    },
    async ({ client, stream }) => {
      const name = stream();
      const appends = events(100).map((each, i) =>
        answerOf(client.appendToStream(name, each, { expectedRevision: i === 0 ? 'no_stream' : BigInt(i - 1) })),
      );
      const { ok, bad } = sorted(await Promise.all(appends));
      return { ok: ok.length, bad };
    },
  );
});
