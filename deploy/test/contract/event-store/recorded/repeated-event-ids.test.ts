import { jsonEvent } from '@eventstore/db-client';
import { event, PATHS } from '../target.ts';
import { at, written } from './append-answers.ts';
import { type Asked, recordedAnswers } from './recorded.ts';
import { type Append, recordedRepeats } from './repeats.ts';
import { append } from './stages.ts';
import { forwards } from './stream-states.ts';

const e0: Append = ['e0', 'no_stream'];
const e1Exact: Append = ['e1', 0n];
const e1Any: Append = ['e1', 'any'];
const e2: Append = ['e2', 'any'];
const two = '0:"e0" 1:"e1"';
const three = '0:"e0" 1:"e1" 2:"e2"';

recordedRepeats('an event id again at an exact revision', [
  [[e0], e1Exact, 1n, at(0, 84), two],
  [[e0, e1Exact], e1Exact, 1n, at(1, 85), two, at(2, 86)],
  [[e0, e1Exact, e2], e1Exact, 1n, at(3, 87), three, at(4, 88)],
  // Not the revision at which it was written.
  [[e0, e1Exact, e2], ['e1', 1n], { actual: 2n }, at(5, 89), three],
  // The revision that the stream is at: it is written once more.
  [[e0, e1Exact], ['e1', 1n], 2n, at(19, 103), '0:"e0" 1:"e1" 2:"e1"', at(20, 104)],
]);

recordedRepeats('an event id again at any revision', [
  [[e0], e1Any, 1n, at(6, 90), two],
  [[e0, e1Any], e1Any, 1n, at(7, 91), two],
  [[e0, e1Any, e2], e1Any, 1n, at(8, 92), three, at(9, 93)],
  [[e0, e1Any, e2], ['e1', 'stream_exists'], 1n, at(12, 96), three, at(13, 97)],
]);

recordedRepeats('an event id again with no_stream', [
  [[], e0, 0n, at(14, 98), '0:"e0"'],
  [[e0], e0, 0n, at(15, 99), '0:"e0"'],
  [[e0, e1Any], e0, 0n, at(16, 100), two],
  [[e0, e1Any], ['new', 'no_stream'], { actual: 1n }, at(17, 101), two, at(18, 102)],
]);

const ww: Append = ['w w', 'any'];

recordedRepeats('an event id twice in one append', [
  [[], ww, 1n, at(75, 159), '0:"w" 1:"w"', at(76, 160)],
  [[ww], ['w w', 'no_stream'], 1n, at(77, 161), '0:"w" 1:"w"'],
  [[ww], ['w', 'no_stream'], 0n, at(78, 162), '0:"w" 1:"w"', at(79, 163)],
]);

for (const { path, options } of PATHS) {
  recordedAnswers(`an event id again with other content, elsewhere, or deleted, ${path} call`, (recorded) => {
    /** A stream with three events; then the second's id comes again, with other data and type. */
    async function withOtherContent(asked: Asked, stream: string) {
      const second = event('e1');
      for (const each of [event('e0'), second, event('e2')]) await asked.client.appendToStream(stream, each, options);
      const other = jsonEvent({ id: second.id, type: 'Other', data: { n: 'other' } });
      return append(asked, stream, [other], { ...options, expectedRevision: 'any' });
    }
    recorded(
      { probe: 3, entry: at(10, 94)[path], what: 'other data and type, any: success, 1', seen: written(1n) },
      (asked) => withOtherContent(asked, asked.stream()),
    );
    recorded(
      { probe: 3, entry: at(11, 95)[path], what: 'other data and type, any, then read: not written', seen: three },
      async (asked) => {
        const stream = asked.stream();
        await withOtherContent(asked, stream);
        return forwards(asked, stream);
      },
    );

    async function inAnotherStream(asked: Asked, stream: string) {
      const z = event('z');
      await asked.client.appendToStream(asked.stream(), z, options);
      return append(asked, stream, [z], { ...options, expectedRevision: 'any' });
    }
    recorded({ probe: 3, entry: at(73, 157)[path], what: 'another stream, any: written', seen: written(0n) }, (asked) =>
      inAnotherStream(asked, asked.stream()),
    );
    recorded(
      { probe: 3, entry: at(74, 158)[path], what: 'another stream, any, then read: written', seen: '0:"z"' },
      async (asked) => {
        const stream = asked.stream();
        await inAnotherStream(asked, stream);
        return forwards(asked, stream);
      },
    );

    async function afterSoftDelete(asked: Asked, stream: string, expectedRevision: 'any' | 'no_stream') {
      const first = event('e0');
      await asked.client.appendToStream(stream, first, { ...options, expectedRevision });
      await asked.client.appendToStream(stream, event('e1'), options);
      await asked.client.deleteStream(stream);
      return asked.client.appendToStream(stream, first, { ...options, expectedRevision });
    }
    for (const [expected, entry, read] of [
      ['any', at(80, 164), at(81, 165)],
      ['no_stream', at(82, 166), at(83, 167)],
    ] as const) {
      const what = `a soft-deleted stream's first event, ${expected}: success, 0, without a position`;
      const seen = { success: true, nextExpectedRevision: 0n, position: undefined };
      recorded({ probe: 3, entry: entry[path], what, seen }, (asked) =>
        afterSoftDelete(asked, asked.stream(), expected),
      );
      const still = `${what}; it stays deleted`;
      recorded({ probe: 3, entry: read[path], what: still, seen: 'StreamNotFoundError' }, async (asked) => {
        const stream = asked.stream();
        await afterSoftDelete(asked, stream, expected);
        return forwards(asked, stream);
      });
    }
  });
}
