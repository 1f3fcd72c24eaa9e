import { type AppendToStreamOptions, type EventData, type EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { collected, event, PATHS } from '../target.ts';
import { at, written } from './append-answers.ts';
import { withOwnClient } from './own-client.ts';
import { type Asked, recordedAnswers } from './recorded.ts';
import { batchAppendOnTheWire, type WireEvent } from './wire-append.ts';

/** Appends that no server can make sense of, and what a client can do after one. */

const NIL = '00000000-0000-0000-0000-000000000000';

const refused = {
  batch: { error: 'UnknownError', type: 'unknown', code: undefined, message: 'Could not recognize BadRequest' },
  unary: {
    error: 'UnknownError',
    type: 'unknown',
    code: 2,
    message: '2 UNKNOWN: Exception was thrown by handler.',
  },
};

/** The client itself cannot write a negative number; nothing is sent. */
const unsendable = {
  error: 'UnknownError',
  type: 'unknown',
  code: 13,
  message: "13 INTERNAL: Request message serialization failure: Cannot read properties of null (reading 'lo')",
};

interface Malformed {
  readonly what: string;
  readonly name?: string;
  readonly event?: EventData;
  readonly expectedRevision?: bigint;
}

const EMPTY_NAME: Malformed = { what: 'an empty stream name', name: '' };
const EMPTY_TYPE: Malformed = { what: 'an empty event type', event: jsonEvent({ type: '', data: {} }) };
const NEGATIVE_REVISION: Malformed = { what: 'a negative expected revision', expectedRevision: -1n };
const LARGE_REVISION: Malformed = { what: 'the expected revision 2^63', expectedRevision: 2n ** 63n };
const withId = (what: string, id: string): Malformed => ({ what, event: jsonEvent({ id, type: 'T', data: {} }) });
const NO_UUID = withId('an event id that is no UUID', 'not-a-uuid');
const NIL_UUID = withId('an event id of zeros', NIL);
const EMPTY_ID = withId('an empty event id', '');

const append = (
  client: EventStoreDBClient,
  stream: string,
  { name = stream, event: proposed = event(1), expectedRevision }: Malformed,
  options: AppendToStreamOptions = {},
) =>
  client.appendToStream(name, proposed, {
    ...options,
    ...(expectedRevision !== undefined && { expectedRevision }),
  });

const ALONE: readonly { entries: { batch?: number; unary?: number }; malformed: Malformed; sent?: boolean }[] = [
  { entries: at(17, 60), malformed: EMPTY_NAME },
  { entries: at(33, 76), malformed: EMPTY_TYPE },
  { entries: { unary: 81 }, malformed: NO_UUID },
  { entries: { unary: 82 }, malformed: NIL_UUID },
  { entries: at(42, 85), malformed: LARGE_REVISION },
  { entries: at(41, 84), malformed: NEGATIVE_REVISION, sent: false },
];

for (const { path, options } of PATHS) {
  recordedAnswers(`malformed appends by the ${path} call`, (recorded) => {
    for (const { entries, malformed, sent = true } of ALONE) {
      const entry = entries[path];
      if (entry === undefined) continue;
      const seen = sent ? refused[path] : unsendable;
      recorded({ probe: 10, entry, what: `${malformed.what}: refused`, seen }, ({ target, stream }) =>
        withOwnClient(target.url, (own) => append(own, stream(), malformed, options)),
      );
    }
  });
}

recordedAnswers('a good append after a malformed one, by the same client', (recorded) => {
  const good = written(0n);

  /** The malformed append, the good one, and the stream of the malformed one. */
  const bothOf = ({ target, stream }: Asked, malformed: Malformed) =>
    withOwnClient(target.url, async (own) => {
      const name = stream();
      return {
        a: await append(own, name, malformed).catch((error: unknown) => error),
        b: await own.appendToStream(stream(), event('good')),
        readBack: await collected(own.readStream(name)).catch((error: unknown) => error),
      };
    });

  const IDS: readonly { entry: number; malformed: Malformed }[] = [
    { entry: 95, malformed: NIL_UUID },
    { entry: 99, malformed: EMPTY_ID },
    { entry: 100, malformed: NO_UUID },
  ];
  for (const { entry, malformed } of IDS) {
    const readBack = {
      error: 'StreamNotFoundError',
      type: 'stream-not-found',
      message: '<stream> not found',
      streamName: '<stream>',
    };
    recorded(
      { probe: 10, entry, what: `after ${malformed.what}`, seen: { a: refused.batch, b: good, readBack } },
      (asked) => bothOf(asked, malformed),
    );
  }

  recorded(
    { probe: 10, entry: 101, what: `after ${EMPTY_NAME.what}`, seen: { a: refused.batch, b: good } },
    ({ target, stream }) =>
      withOwnClient(target.url, async (own) => ({
        a: await append(own, stream(), EMPTY_NAME).catch((error: unknown) => error),
        b: await own.appendToStream(stream(), event('good')),
      })),
  );
});

recordedAnswers('malformed messages on the wire', (recorded) => {
  /** Less than the 2 seconds after which the real server answers a refused append again. */
  const deadlineMs = 1000;
  const ended = { code: 4 };
  const badRequest = {
    correlation: 'string',
    stream: '<stream>',
    error: { code: 3, message: 'BadRequest', details: 'type.googleapis.com/event_store.client.BadRequest' },
    expectedEcho: 'EXPECTED_STREAM_POSITION_NOT_SET',
  };

  const takenAt = (position: string) => ({
    correlation: 'string',
    stream: '<stream>',
    success: { current: '0', position: `C:${position}/P:${position}` },
    expectedEcho: 'EXPECTED_STREAM_POSITION_NOT_SET',
  });

  recorded(
    {
      probe: 10,
      entry: 86,
      what: 'an event without a type or a content type is refused; one of an unknown content type is taken',
      seen: {
        notype: { out: [badRequest], status: ended },
        noct: { out: [badRequest], status: ended },
        ct: {
          out: [takenAt('<1>')],
          status: ended,
        },
      },
    },
    async ({ target, stream }) => {
      const answers = (proposed: WireEvent) =>
        batchAppendOnTheWire(target.url, [{ stream: stream(), events: [proposed] }], { deadlineMs });
      const [notype, noct, ct] = await Promise.all([
        answers({ metadata: { 'content-type': 'application/json' } }),
        answers({ metadata: { type: 'T' } }),
        answers({ metadata: { type: 'T', 'content-type': 'text/plain' } }),
      ]);
      return { notype, noct, ct };
    },
  );

  recorded(
    {
      probe: 10,
      entry: 88,
      what: 'a message without options that no options came before is not answered',
      seen: { out: [], status: ended },
    },
    ({ target }) => batchAppendOnTheWire(target.url, [{ events: [{}] }], { deadlineMs }),
  );

  recorded(
    {
      probe: 10,
      entry: 104,
      what: "refused appends stand in no other's way; one whose last message never comes is told so",
      seen: {
        bad: badRequest,
        good: takenAt('<1>'),
        anotherBad: badRequest,
        anotherGood: takenAt('<2>'),
        neverFinal: {
          correlation: 'structured',
          stream: '<stream>',
          error: { code: 4, message: 'Timeout', details: 'type.googleapis.com/event_store.client.Timeout' },
          expectedEcho: 'EXPECTED_STREAM_POSITION_NOT_SET',
        },
      },
      ownShape: 'the record has the answers in a list, with the second ones to what was refused',
    },
    async ({ target, stream }) => {
      const untyped: WireEvent = { metadata: { 'content-type': 'application/json' } };
      const [bad, good, anotherBad, anotherGood] = [stream(), stream(), stream(), stream()];
      const appends = [
        { stream: bad, events: [untyped] },
        { stream: good },
        { stream: anotherBad, events: [untyped] },
        { stream: anotherGood },
      ];
      const { out } = await batchAppendOnTheWire(target.url, appends, { answers: appends.length });
      const never = await batchAppendOnTheWire(target.url, [{ stream: stream(), final: false }], {
        answers: 1,
        deadlineMs: 5000,
      });
      const to = (name: string) => out.find((answer) => answer.stream === name);
      return {
        bad: to(bad),
        good: to(good),
        anotherBad: to(anotherBad),
        anotherGood: to(anotherGood),
        neverFinal: never.out[0],
      };
    },
  );
});
