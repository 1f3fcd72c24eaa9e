import { STREAM } from './matches.ts';

/** The answers to deleteStream and tombstoneStream, as cases expect them, in canonical form. */

export const deleted = { position: '<1>' };

/** These calls tell revisions as numbers: an expected -1 is no_stream, -2 is any; an actual -1 is no stream. */
export const deleteRefused = (expected: bigint, actual: bigint) => ({
  error: 'WrongExpectedVersionError',
  type: 'wrong-expected-version',
  code: 9,
  message: `9 FAILED_PRECONDITION: Delete failed due to WrongExpectedVersion. Stream: ${STREAM}, Expected version: ${expected}, Actual version: ${actual}`,
  streamName: STREAM,
  expectedVersion: expected,
  actualVersion: actual,
});
