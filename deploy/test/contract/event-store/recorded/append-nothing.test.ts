import type { AppendExpectedRevision } from '@eventstore/db-client';
import { expect } from 'chai';
import { collected, event, events, PATHS } from '../target.ts';
import {
  type Answer,
  answerOf,
  at,
  type Entries,
  expectedInWords,
  inWords,
  written,
  wrongVersion,
} from './append-answers.ts';
import { recordedAnswers } from './recorded.ts';
import { type State, streamThatIs } from './stages.ts';
import { forwards } from './stream-states.ts';

interface Row {
  readonly state: State;
  readonly expected: AppendExpectedRevision;
  readonly answer: Answer;
  readonly entry: Entries;
}

/**
 * An append without events to a stream whose last revision is 2 unless it is missing. It is checked as any append, and
 * answered with the revision that the stream has. (Of a missing stream the client shows the answer `no_stream` as 0.)
 */
const table: readonly Row[] = [
  { state: 'missing', expected: 'any', answer: 0n, entry: at(2, 29) },
  { state: 'missing', expected: 'no_stream', answer: 0n, entry: at(3, 30) },
  { state: 'missing', expected: 'stream_exists', answer: { actual: 'no_stream' }, entry: at(4, 31) },
  { state: 'missing', expected: 0n, answer: { actual: 'no_stream' }, entry: at(5, 32) },
  { state: 'missing', expected: 2n, answer: { actual: 'no_stream' }, entry: at(6, 33) },
  { state: 'missing', expected: 7n, answer: { actual: 'no_stream' }, entry: at(7, 34) },

  { state: 'present', expected: 'any', answer: 2n, entry: at(8, 35) },
  { state: 'present', expected: 'no_stream', answer: { actual: 2n }, entry: at(9, 36) },
  { state: 'present', expected: 'stream_exists', answer: 2n, entry: at(10, 37) },
  { state: 'present', expected: 0n, answer: { actual: 2n }, entry: at(11, 38) },
  { state: 'present', expected: 2n, answer: 2n, entry: at(12, 39) },
  { state: 'present', expected: 7n, answer: { actual: 2n }, entry: at(13, 40) },

  { state: 'soft-deleted', expected: 'any', answer: 2n, entry: at(14, 41) },
  // Unlike an append with an event, which is written.
  { state: 'soft-deleted', expected: 'no_stream', answer: { actual: 2n }, entry: at(15, 42) },
  { state: 'soft-deleted', expected: 'stream_exists', answer: 'StreamDeletedError', entry: at(16, 43) },
  { state: 'soft-deleted', expected: 0n, answer: { actual: 2n }, entry: at(17, 44) },
  { state: 'soft-deleted', expected: 2n, answer: 2n, entry: at(18, 45) },
  { state: 'soft-deleted', expected: 7n, answer: { actual: 2n }, entry: at(19, 46) },

  { state: 'tombstoned', expected: 'any', answer: 'StreamDeletedError', entry: at(20, 47) },
  { state: 'tombstoned', expected: 'no_stream', answer: 'StreamDeletedError', entry: at(21, 48) },
  { state: 'tombstoned', expected: 'stream_exists', answer: 'StreamDeletedError', entry: at(22, 49) },
  { state: 'tombstoned', expected: 0n, answer: 'StreamDeletedError', entry: at(23, 50) },
  { state: 'tombstoned', expected: 2n, answer: 'StreamDeletedError', entry: at(24, 51) },
  { state: 'tombstoned', expected: 7n, answer: 'StreamDeletedError', entry: at(25, 52) },
];

for (const { path, options } of PATHS) {
  recordedAnswers(`an append without events by the ${path} call`, (recorded) => {
    for (const { state, expected, answer, entry } of table) {
      const seen = answerOf(answer, path, expected);
      const what = `${expectedInWords(expected)}, ${state}: ${inWords(answer)}`;
      recorded({ probe: 4, entry: entry[path], what, seen }, async (asked) => {
        const name = await streamThatIs(state, asked);
        const before = await forwards(asked, name);
        const all = asked.client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 1 });
        const [newest] = await collected(all);
        const none = await asked.client.appendToStream(name, [], { ...options, expectedRevision: expected });
        // The position is a new one, beyond all that was there.
        expect(none.position?.commit).to.satisfy((commit: bigint) => commit > (newest?.event?.position?.commit ?? 0n));
        if (state !== 'soft-deleted') expect(await forwards(asked, name)).to.equal(before);
        return none;
      });
    }

    const left = { what: 'a missing stream stays missing', seen: 'StreamNotFoundError' };
    recorded({ probe: 4, entry: at(26, 53)[path], ...left }, async (asked) => {
      const name = asked.stream();
      await asked.client.appendToStream(name, [], options);
      return forwards(asked, name);
    });
  });
}

recordedAnswers('an append without events to a soft-deleted stream', (recorded) => {
  recorded(
    {
      probe: 4,
      entry: 56,
      what: 'takes its deletion back: it can be read, has no events, and is not "no stream" any more',
      seen: { a: written(1n), read: '', append: wrongVersion('no_stream', 1n), after: '' },
    },
    async (asked) => {
      const { client } = asked;
      const name = asked.stream();
      await client.appendToStream(name, events(2));
      await client.deleteStream(name);
      const a = await client.appendToStream(name, []);
      const read = await forwards(asked, name);
      const append = await client
        .appendToStream(name, event('new'), { expectedRevision: 'no_stream' })
        .catch((error: unknown) => error);
      return { a, read, append, after: await forwards(asked, name) };
    },
  );
});
