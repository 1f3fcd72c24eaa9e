import { BACKWARDS, END, type ReadStreamOptions, START } from '@eventstore/db-client';
import { collected, events } from '../target.ts';
import { STREAM } from './matches.ts';
import { type Asked, recordedAnswers } from './recorded.ts';
import { type State, streamThatIs } from './stages.ts';

/** Reads a stream as the record tells it: the revision and the `n` of each event. */
async function read({ client }: Asked, stream: string, options: ReadStreamOptions): Promise<string[]> {
  const all = await collected(client.readStream(stream, options));
  return all.map(({ event }) => `${event?.revision}:${Reflect.get(Object(event?.data), 'n')}`);
}

const inWords = (options: ReadStreamOptions): string =>
  Object.entries(options)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ') || 'no options';

const backwards = { direction: BACKWARDS } as const;
const fromEnd = { direction: BACKWARDS, fromRevision: END } as const;

/** To reads forwards from the end, and to reads of nothing. */
const unexpectedResult = {
  error: 'UnknownError',
  type: 'unknown',
  code: 2,
  message: '2 UNKNOWN: Unexpected ReadStreamResult: Error',
};

recordedAnswers('a read of a stream with the revisions 0 to 4', (recorded) => {
  const found: readonly [entry: number, options: ReadStreamOptions, seen: string[]][] = [
    [0, {}, ['0:0', '1:1', '2:2', '3:3', '4:4']],
    [1, { maxCount: 2 }, ['0:0', '1:1']],
    [2, { maxCount: 1 }, ['0:0']],
    [3, { fromRevision: 2n }, ['2:2', '3:3', '4:4']],
    [4, { fromRevision: 2n, maxCount: 1 }, ['2:2']],
    [5, { fromRevision: 4n }, ['4:4']],
    [6, { fromRevision: 5n }, []],
    [7, { fromRevision: 100n }, []],
    [8, { fromRevision: 2n ** 63n - 1n }, []],
    // The client starts at revision 0 backwards too, where it is told nothing else.
    [11, backwards, ['0:0']],
    [12, fromEnd, ['4:4', '3:3', '2:2', '1:1', '0:0']],
    [13, { ...fromEnd, maxCount: 1 }, ['4:4']],
    [14, { ...fromEnd, maxCount: 2 }, ['4:4', '3:3']],
    [15, { ...backwards, fromRevision: START }, ['0:0']],
    [16, { ...backwards, fromRevision: 3n }, ['3:3', '2:2', '1:1', '0:0']],
    [17, { ...backwards, fromRevision: 3n, maxCount: 2 }, ['3:3', '2:2']],
    [18, { ...backwards, fromRevision: 100n }, ['4:4', '3:3', '2:2', '1:1', '0:0']],
    [19, { ...backwards, fromRevision: 2n ** 63n - 1n }, ['4:4', '3:3', '2:2', '1:1', '0:0']],
    [20, { ...backwards, fromRevision: 100n, maxCount: 3 }, ['4:4', '3:3', '2:2']],
    [21, { ...backwards, fromRevision: 0n }, ['0:0']],
  ];
  const refused: readonly [entry: number, options: ReadStreamOptions, seen: object][] = [
    // The largest number is how the end is sent.
    [9, { fromRevision: 2n ** 64n - 1n }, unexpectedResult],
    [10, { fromRevision: END }, unexpectedResult],
    [22, { maxCount: 0 }, unexpectedResult],
    [23, { ...fromEnd, maxCount: 0 }, unexpectedResult],
    [
      24,
      { maxCount: -1 },
      // It does not leave the client.
      {
        error: 'UnknownError',
        type: 'unknown',
        code: 13,
        message: "13 INTERNAL: Request message serialization failure: Cannot read properties of null (reading 'lo')",
      },
    ],
  ];
  for (const [entry, options, seen] of [...found, ...refused]) {
    recorded({ probe: 5, entry, what: inWords(options), seen }, async (asked) => {
      const stream = asked.stream();
      await asked.client.appendToStream(stream, events(5));
      return read(asked, stream, options);
    });
  }
});

recordedAnswers('a read of a stream that has no events', (recorded) => {
  const notFound = {
    error: 'StreamNotFoundError',
    type: 'stream-not-found',
    code: undefined,
    message: `${STREAM} not found`,
    streamName: STREAM,
  };
  const deleted = {
    error: 'StreamDeletedError',
    type: 'stream-deleted',
    code: 9,
    message: `9 FAILED_PRECONDITION: Event stream '${STREAM}' is deleted.`,
    streamName: STREAM,
  };
  const states: readonly [state: State, firstEntry: number, seen: object][] = [
    ['missing', 25, notFound],
    ['soft-deleted', 31, notFound],
    ['tombstoned', 37, deleted],
  ];
  for (const [state, firstEntry, seen] of states) {
    const answers: readonly [options: ReadStreamOptions, seen: object][] = [
      [{}, seen],
      [fromEnd, seen],
      [{ ...fromEnd, maxCount: 1 }, seen],
      [{ fromRevision: 1n }, seen],
      // Refused before the stream is looked at.
      [{ fromRevision: END }, unexpectedResult],
      [{ maxCount: 0 }, unexpectedResult],
    ];
    for (const [i, [options, answer]] of answers.entries()) {
      recorded(
        { probe: 5, entry: firstEntry + i, what: `${state}: ${inWords(options)}`, seen: answer },
        async (asked) => read(asked, await streamThatIs(state, asked), options),
      );
    }
  }
});
