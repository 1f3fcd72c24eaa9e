import type { AppendExpectedRevision } from '@eventstore/db-client';
import { expect } from 'chai';
import { PATHS } from '../target.ts';
import { type Answer, answerOf, type Entries, expectedInWords, inWords } from './append-answers.ts';
import { type Asked, recordedAnswers } from './recorded.ts';
import { append, namedEvents } from './stages.ts';
import { forwards } from './stream-states.ts';

/** The names of the events of one append, with blanks between them, and its expected revision. */
export type Append = readonly [names: string, expected: AppendExpectedRevision];

/** A history of appends in which the same name is the same event id, and how the last of them is answered. */
export type Repeat = readonly [
  given: readonly Append[],
  asks: Append,
  answer: Answer,
  entry: Entries,
  /** What the stream holds afterwards. */
  holds: string,
  /** The entry of a read afterwards, where there is one. */
  read?: Entries | undefined,
];

const inShort = ([names, expected]: Append) => `[${names.replaceAll(' ', ', ')}] ${expectedInWords(expected)}`;

/** Makes the cases of probe 3 that are such histories, for both ways to append. */
export function recordedRepeats(title: string, repeats: readonly Repeat[]): void {
  for (const { path, options } of PATHS) {
    recordedAnswers(`${title}, ${path} call`, (recorded) => {
      for (const [given, asks, answer, entry, holds, read] of repeats) {
        const what = `${inShort(asks)}, after ${given.map(inShort).join(', ') || 'nothing'}: ${inWords(answer)}`;
        async function perform(asked: Asked, stream: string): Promise<unknown> {
          const named = namedEvents();
          for (const [names, expectedRevision] of given) {
            await asked.client.appendToStream(stream, named(names), { ...options, expectedRevision });
          }
          const [names, expectedRevision] = asks;
          return append(asked, stream, named(names), { ...options, expectedRevision }).catch((error: unknown) => error);
        }

        recorded({ probe: 3, entry: entry[path], what, seen: answerOf(answer, path, asks[1]) }, async (asked) => {
          const stream = asked.stream();
          const got = await perform(asked, stream);
          expect(await forwards(asked, stream)).to.equal(holds);
          return got;
        });
        if (!read) continue;
        recorded({ probe: 3, entry: read[path], what: `${what}, then read`, seen: holds }, async (asked) => {
          const stream = asked.stream();
          await perform(asked, stream);
          return forwards(asked, stream);
        });
      }
    });
  }
}
