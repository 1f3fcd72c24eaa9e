import type { AppendExpectedRevision } from '@eventstore/db-client';
import { event, PATHS } from '../target.ts';
import { at, type Entries, expectedInWords, type Path, streamDeleted } from './append-answers.ts';
import { withOwnClient } from './own-client.ts';
import { recordedAnswers } from './recorded.ts';
import { type State, streamThatIs } from './stages.ts';

interface Row {
  readonly state: State;
  readonly expected: AppendExpectedRevision;
  /** The revision in the answer, or the error that is thrown all the same. */
  readonly answer: Readonly<Record<Path, bigint>> | 'StreamDeletedError';
  readonly entry: Entries;
}

const noStream = { batch: -1n, unary: -1n };
/** Of a stream whose last revision is 2: after a batch append the client says 1, whatever it is. */
const last = { batch: 1n, unary: 2n };

/** Only a wrong expected version becomes an answer; a deleted stream is an error still. */
const table: readonly Row[] = [
  { state: 'missing', expected: 0n, answer: noStream, entry: at(60, 68) },
  { state: 'missing', expected: 'stream_exists', answer: noStream, entry: at(61, 69) },
  { state: 'present', expected: 'no_stream', answer: last, entry: at(62, 70) },
  { state: 'present', expected: 7n, answer: last, entry: at(63, 71) },
  { state: 'present', expected: 0n, answer: last, entry: at(64, 72) },
  { state: 'soft-deleted', expected: 'stream_exists', answer: 'StreamDeletedError', entry: at(65, 73) },
  { state: 'soft-deleted', expected: 7n, answer: last, entry: at(66, 74) },
  { state: 'tombstoned', expected: 'any', answer: 'StreamDeletedError', entry: at(67, 75) },
];

for (const { path, options } of PATHS) {
  recordedAnswers(`an event that is refused to a client with throwOnAppendFailure=false, ${path} call`, (recorded) => {
    for (const { state, expected, answer, entry } of table) {
      const seen =
        answer === 'StreamDeletedError'
          ? streamDeleted[path]
          : { success: false, nextExpectedRevision: answer[path], position: undefined };
      const what = `${expectedInWords(expected)}, ${state}: ${answer === 'StreamDeletedError' ? answer : `failure, ${answer[path]}`}`;
      recorded({ probe: 2, entry: entry[path], what, seen }, async (asked) => {
        const name = await streamThatIs(state, asked);
        const url = new URL(asked.target.url);
        url.searchParams.set('throwOnAppendFailure', 'false');
        return withOwnClient(url.href, (client) =>
          client.appendToStream(name, event('new'), { ...options, expectedRevision: expected }),
        );
      });
    }
  });
}
