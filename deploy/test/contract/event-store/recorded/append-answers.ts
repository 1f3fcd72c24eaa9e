import type { AppendExpectedRevision } from '@eventstore/db-client';
import type { PATHS } from '../target.ts';
import { STREAM } from './matches.ts';

/** The answers to an append, as cases expect them, in canonical form. */

export type Path = (typeof PATHS)[number]['path'];

/** The entries of one fact, which was recorded for both ways to append. */
export type Entries = Readonly<Record<Path, number>>;

export const at = (batch: number, unary: number): Entries => ({ batch, unary });

export const written = (revision: bigint) => ({ success: true, nextExpectedRevision: revision, position: '<1>' });

export const wrongVersion = (expected: AppendExpectedRevision, actual: bigint | 'no_stream') => ({
  error: 'WrongExpectedVersionError',
  type: 'wrong-expected-version',
  code: undefined,
  message: '',
  streamName: STREAM,
  expectedVersion: expected,
  actualVersion: actual,
});

/** Only the unary call tells it by a gRPC status. */
export const streamDeleted = {
  batch: {
    error: 'StreamDeletedError',
    type: 'stream-deleted',
    code: undefined,
    message: '',
    streamName: STREAM,
  },
  unary: {
    error: 'StreamDeletedError',
    type: 'stream-deleted',
    code: 9,
    message: `9 FAILED_PRECONDITION: Event stream '${STREAM}' is deleted.`,
    streamName: STREAM,
  },
} as const;

/** How a table tells an answer: success by its revision, a wrong expected version by the actual one. */
export type Answer = bigint | { readonly actual: bigint | 'no_stream' } | 'StreamDeletedError';

export function answerOf(answer: Answer, path: Path, expected: AppendExpectedRevision) {
  if (typeof answer === 'bigint') return written(answer);
  return answer === 'StreamDeletedError' ? streamDeleted[path] : wrongVersion(expected, answer.actual);
}

/** The answer within the title of a case. */
export function inWords(answer: Answer): string {
  if (typeof answer === 'bigint') return `success, ${answer}`;
  return answer === 'StreamDeletedError' ? 'StreamDeletedError' : `WrongExpectedVersionError, actual ${answer.actual}`;
}

/** The expected revision within the title of a case. */
export const expectedInWords = (expected: AppendExpectedRevision): string =>
  typeof expected === 'bigint' ? `exactly ${expected}` : expected;
