import { binaryEvent, type EventData } from '@eventstore/db-client';
import { event, PATHS } from '../target.ts';
import { at, type Entries, written } from './append-answers.ts';
import { withOwnClient } from './own-client.ts';
import { recordedAnswers } from './recorded.ts';

/** An append may have 1 MiB of data, over all its events. Nothing but data counts. */

const MEBIBYTE = 1_048_576;

const bytes = (size: number) => binaryEvent({ type: 'B', data: new Uint8Array(size) });
const many = (count: number, size: number) => Array.from({ length: count }, () => bytes(size));

const tooLarge = {
  batch: {
    error: 'MaxAppendSizeExceededError',
    type: 'maximum-append-size-exceeded',
    code: undefined,
    message: '',
    maxAppendSize: MEBIBYTE,
  },
  unary: {
    error: 'MaxAppendSizeExceededError',
    type: 'maximum-append-size-exceeded',
    code: 3,
    message: '3 INVALID_ARGUMENT: Maximum Append Size of 1048576 Exceeded.',
    maxAppendSize: MEBIBYTE,
  },
};

const SIZES: readonly {
  entries: Entries;
  what: string;
  events: () => EventData[];
  /** The revision of the last event, where the append is taken. */
  last?: bigint;
}[] = [
  { entries: at(0, 43), what: '900,000 bytes', events: () => [bytes(900_000)], last: 0n },
  { entries: at(1, 44), what: '1,048,000 bytes', events: () => [bytes(1_048_000)], last: 0n },
  { entries: at(2, 45), what: '1 MiB - 3 bytes', events: () => [bytes(MEBIBYTE - 3)], last: 0n },
  { entries: at(3, 46), what: '1 MiB - 2 bytes', events: () => [bytes(MEBIBYTE - 2)], last: 0n },
  { entries: at(4, 47), what: '1 MiB - 1 byte', events: () => [bytes(MEBIBYTE - 1)], last: 0n },
  { entries: at(5, 48), what: '1 MiB', events: () => [bytes(MEBIBYTE)], last: 0n },
  { entries: at(6, 49), what: '1 MiB + 1 byte', events: () => [bytes(MEBIBYTE + 1)] },
  { entries: at(7, 50), what: '1 MiB + 64 bytes', events: () => [bytes(MEBIBYTE + 64)] },
  { entries: at(8, 51), what: '2 MiB', events: () => [bytes(2 * MEBIBYTE)] },
  { entries: at(9, 52), what: '5 MiB', events: () => [bytes(5 * MEBIBYTE)] },
  { entries: at(10, 53), what: '1,000 events of 1,200 bytes', events: () => many(1000, 1200) },
  { entries: at(11, 54), what: '10 events of 100,000 bytes', events: () => many(10, 100_000), last: 9n },
  { entries: at(12, 55), what: '11 events of 100,000 bytes', events: () => many(11, 100_000) },
  { entries: at(13, 56), what: '3 events of 2 MiB', events: () => many(3, 2 * MEBIBYTE) },
  {
    entries: at(16, 59),
    what: '10 bytes, with metadata of 1.1 MB',
    events: () => [binaryEvent({ type: 'B', data: new Uint8Array(10), metadata: new Uint8Array(1_100_000) })],
    last: 0n,
  },
];

for (const { path, options } of PATHS) {
  recordedAnswers(`sizes of an append by the ${path} call`, (recorded) => {
    for (const { entries, what, events, last } of SIZES) {
      recorded(
        {
          probe: 10,
          entry: entries[path],
          what: `${what}: ${last === undefined ? 'too large' : 'taken'}`,
          seen: last === undefined ? tooLarge[path] : written(last),
        },
        ({ client, stream }) => client.appendToStream(stream(), events(), options),
      );
    }

    const ofMessage = at(14, 57);
    recorded(
      {
        probe: 10,
        entry: ofMessage[path],
        what: 'one event of 17 MiB: more than the server takes as one message',
        seen: {
          error: 'UnknownError',
          type: 'unknown',
          code: 8,
          message: '8 RESOURCE_EXHAUSTED: Received message exceeds the maximum configured message size.',
        },
      },
      ({ target, stream }) =>
        withOwnClient(target.url, (own) => own.appendToStream(stream(), bytes(17 * MEBIBYTE), options)),
    );

    const afterwards = at(15, 58);
    recorded(
      {
        probe: 10,
        entry: afterwards[path],
        what: 'a small one by a client whose appends were too large',
        seen: written(0n),
      },
      ({ target, stream }) =>
        withOwnClient(target.url, async (own) => {
          for (const size of [MEBIBYTE + 1, 17 * MEBIBYTE]) {
            await own.appendToStream(stream(), bytes(size), options).catch((error: unknown) => error);
          }
          return own.appendToStream(stream(), event('small'), options);
        }),
    );

    const notCounted = at(102, 103);
    recorded(
      {
        probe: 10,
        entry: notCounted[path],
        what: 'neither metadata nor the type counts',
        seen: {
          a: written(0n),
          b: { success: true, nextExpectedRevision: 0n, position: '<2>' },
          c: { success: true, nextExpectedRevision: 0n, position: '<3>' },
        },
      },
      async ({ client, stream }) => {
        const append = (type: string, data: number, metadata: number) =>
          client.appendToStream(
            stream(),
            binaryEvent({ type, data: new Uint8Array(data), metadata: new Uint8Array(metadata) }),
            options,
          );
        return {
          a: await append('B', MEBIBYTE, 500_000),
          b: await append('B', 10, 3_000_000),
          c: await append('T'.repeat(1_100_000), 10, 0),
        };
      },
    );
  });
}
