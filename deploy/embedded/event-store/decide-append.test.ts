import { expect } from 'chai';
import { type Decision, decideAppend, type ExpectedRevision, type StreamState } from './decide-append.ts';

/** A stream of the events a, b and c, all remembered, in each state. */
const PRESENT: StreamState = {
  last: 2,
  idAt: (revision) => ['a', 'b', 'c'][revision],
  isTombstoned: () => false,
  isDeleted: () => false,
  hasMetadata: () => false,
};
const DELETED: StreamState = { ...PRESENT, isDeleted: () => true, hasMetadata: () => true };
const TOMBSTONED: StreamState = { ...DELETED, isTombstoned: () => true };
const MISSING: StreamState = { ...PRESENT, last: -1, idAt: () => undefined };
const DESCRIBED: StreamState = { ...MISSING, hasMetadata: () => true };

type Outcome = Exclude<Decision['kind'], 'repeat'> | number;

/** The outcome, or the revision that is repeated. */
function decide(stream: StreamState, expected: ExpectedRevision, ids: string): Outcome {
  const recent = (id: string) => (stream.last < 0 || !'abc'.includes(id) ? undefined : 'abc'.indexOf(id));
  const decision = decideAppend(stream, expected, [...ids], recent);
  return decision.kind === 'repeat' ? decision.revision : decision.kind;
}

describe('an append is decided', () => {
  const wrong = 'wrong-expected-revision';
  const table: [what: string, stream: StreamState, expected: ExpectedRevision, ids: string, outcome: Outcome][] = [
    ['any, new', PRESENT, 'any', 'x', 'write'],
    ['any, no event', PRESENT, 'any', '', 'write'],
    ['any, a repeat in another order', PRESENT, 'any', 'ba', 0],
    ['any, a repeat and something new', PRESENT, 'any', 'cx', wrong],
    ['any, something new and a repeat', PRESENT, 'any', 'xa', 'write'],
    ['stream_exists, missing', MISSING, 'stream_exists', 'x', wrong],
    ['stream_exists, only metadata', DESCRIBED, 'stream_exists', 'x', 'write'],
    ['stream_exists, deleted', DELETED, 'stream_exists', 'x', 'stream-deleted'],
    ['stream_exists, a repeat in a deleted one', DELETED, 'stream_exists', 'a', 'stream-deleted'],
    ['no_stream, missing', MISSING, 'no_stream', 'x', 'write'],
    ['no_stream, a repeat', PRESENT, 'no_stream', 'ab', 1],
    ['no_stream, a repeat from the middle', PRESENT, 'no_stream', 'bc', wrong],
    ['no_stream, a repeat beyond the end', PRESENT, 'no_stream', 'abcx', wrong],
    ['no_stream, no event', PRESENT, 'no_stream', '', wrong],
    ['no_stream, deleted', DELETED, 'no_stream', 'x', 'write'],
    ['no_stream, a repeat in a deleted one', DELETED, 'no_stream', 'ab', 1],
    ['no_stream, half a repeat in a deleted one', DELETED, 'no_stream', 'ax', wrong],
    ['no_stream, no event, deleted', DELETED, 'no_stream', '', wrong],
    ['exact', PRESENT, 2n, 'x', 'write'],
    ['exact, the same id again', PRESENT, 2n, 'c', 'write'],
    ['exact, a repeat', PRESENT, 0n, 'bc', 2],
    ['exact, half a repeat', PRESENT, 0n, 'bx', wrong],
    ['exact, half a repeat in a deleted one', DELETED, 0n, 'x', wrong],
    ['exact, deleted', DELETED, 2n, 'x', 'write'],
    ['exact, above', PRESENT, 3n, 'x', wrong],
    ['exact, missing', MISSING, 0n, 'x', wrong],
    ...(['any', 'no_stream', 'stream_exists', 2n] as const).map(
      (expected) =>
        [`${expected}, tombstoned`, TOMBSTONED, expected, 'a', 'stream-deleted'] as const satisfies unknown[],
    ),
  ];
  for (const [what, stream, expected, ids, outcome] of table) {
    it(`${what}: ${typeof outcome === 'number' ? `repeats revision ${outcome}` : outcome}`, () => {
      expect(decide(stream, expected, ids)).to.equal(outcome);
    });
  }
});
