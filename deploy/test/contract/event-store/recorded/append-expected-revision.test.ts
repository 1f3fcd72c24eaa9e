import type { AppendExpectedRevision } from '@eventstore/db-client';
import { event, PATHS } from '../target.ts';
import { type Answer, answerOf, at, type Entries, expectedInWords, inWords } from './append-answers.ts';
import { recordedAnswers } from './recorded.ts';
import { append, type State, streamThatIs } from './stages.ts';
import { forwards } from './stream-states.ts';

interface Row {
  readonly state: State;
  readonly expected: AppendExpectedRevision;
  readonly answer: Answer;
  readonly entry: Entries;
  /** Of what a read gives afterwards, where that was asked. */
  readonly read?: Entries;
}

const allOfThem = '0:"x0" 1:"x1" 2:"x2" 3:"new"';
/** What was deleted stays hidden. */
const newOnly = '3:"new"';

/** One event, appended to a stream whose last revision is 2 unless it is missing. */
const table: readonly Row[] = [
  { state: 'missing', expected: 'any', answer: 0n, entry: at(0, 30) },
  { state: 'missing', expected: 'no_stream', answer: 0n, entry: at(1, 31) },
  { state: 'missing', expected: 'stream_exists', answer: { actual: 'no_stream' }, entry: at(2, 32) },
  { state: 'missing', expected: 0n, answer: { actual: 'no_stream' }, entry: at(3, 33) },
  { state: 'missing', expected: 2n, answer: { actual: 'no_stream' }, entry: at(4, 34) },
  { state: 'missing', expected: 7n, answer: { actual: 'no_stream' }, entry: at(5, 35) },

  { state: 'present', expected: 'any', answer: 3n, entry: at(6, 36), read: at(7, 37) },
  { state: 'present', expected: 'no_stream', answer: { actual: 2n }, entry: at(8, 38) },
  { state: 'present', expected: 'stream_exists', answer: 3n, entry: at(9, 39), read: at(10, 40) },
  { state: 'present', expected: 0n, answer: { actual: 2n }, entry: at(11, 41) },
  { state: 'present', expected: 2n, answer: 3n, entry: at(12, 42), read: at(13, 43) },
  { state: 'present', expected: 7n, answer: { actual: 2n }, entry: at(14, 44) },

  { state: 'soft-deleted', expected: 'any', answer: 3n, entry: at(15, 45), read: at(16, 46) },
  { state: 'soft-deleted', expected: 'no_stream', answer: 3n, entry: at(17, 47), read: at(18, 48) },
  { state: 'soft-deleted', expected: 'stream_exists', answer: 'StreamDeletedError', entry: at(19, 49) },
  { state: 'soft-deleted', expected: 0n, answer: { actual: 2n }, entry: at(20, 50) },
  { state: 'soft-deleted', expected: 2n, answer: 3n, entry: at(21, 51), read: at(22, 52) },
  { state: 'soft-deleted', expected: 7n, answer: { actual: 2n }, entry: at(23, 53) },

  { state: 'tombstoned', expected: 'any', answer: 'StreamDeletedError', entry: at(24, 54) },
  { state: 'tombstoned', expected: 'no_stream', answer: 'StreamDeletedError', entry: at(25, 55) },
  { state: 'tombstoned', expected: 'stream_exists', answer: 'StreamDeletedError', entry: at(26, 56) },
  { state: 'tombstoned', expected: 0n, answer: 'StreamDeletedError', entry: at(27, 57) },
  { state: 'tombstoned', expected: 2n, answer: 'StreamDeletedError', entry: at(28, 58) },
  { state: 'tombstoned', expected: 7n, answer: 'StreamDeletedError', entry: at(29, 59) },
];

for (const { path, options } of PATHS) {
  recordedAnswers(`an event by the ${path} call, by expected revision and the state of the stream`, (recorded) => {
    for (const { state, expected, answer, entry, read } of table) {
      const what = `${expectedInWords(expected)}, ${state}: ${inWords(answer)}`;
      recorded({ probe: 2, entry: entry[path], what, seen: answerOf(answer, path, expected) }, async (asked) => {
        const name = await streamThatIs(state, asked);
        return append(asked, name, [event('new')], { ...options, expectedRevision: expected });
      });
      if (!read) continue;
      const seen = state === 'soft-deleted' ? newOnly : allOfThem;
      recorded({ probe: 2, entry: read[path], what: `${what}, then read`, seen }, async (asked) => {
        const name = await streamThatIs(state, asked);
        await asked.client.appendToStream(name, event('new'), { ...options, expectedRevision: expected });
        return forwards(asked, name);
      });
    }
  });
}
