import { binaryEvent, type EventData } from '@eventstore/db-client';
import { event, PATHS } from '../target.ts';
import { withOwnClient } from './own-client.ts';
import { recordedAnswers } from './recorded.ts';

/** An append may have 1 MiB of data, over all its events. Nothing but data counts. */

const MEBIBYTE = 1_048_576;

const bytes = (size: number) => binaryEvent({ type: 'B', data: new Uint8Array(size) });
const many = (count: number, size: number) => Array.from({ length: count }, () => bytes(size));

const taken = (last: bigint) => ({ success: true, nextExpectedRevision: last, position: '<1>' });

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
  entries: { batch: number; unary: number };
  what: string;
  events: () => EventData[];
  /** The revision of the last event, where the append is taken. */
  last?: bigint;
}[] = [
  { entries: { batch: 0, unary: 43 }, what: '900,000 bytes', events: () => [bytes(900_000)], last: 0n },
  { entries: { batch: 1, unary: 44 }, what: '1,048,000 bytes', events: () => [bytes(1_048_000)], last: 0n },
  { entries: { batch: 2, unary: 45 }, what: '1 MiB - 3 bytes', events: () => [bytes(MEBIBYTE - 3)], last: 0n },
  { entries: { batch: 3, unary: 46 }, what: '1 MiB - 2 bytes', events: () => [bytes(MEBIBYTE - 2)], last: 0n },
  { entries: { batch: 4, unary: 47 }, what: '1 MiB - 1 byte', events: () => [bytes(MEBIBYTE - 1)], last: 0n },
  { entries: { batch: 5, unary: 48 }, what: '1 MiB', events: () => [bytes(MEBIBYTE)], last: 0n },
  { entries: { batch: 6, unary: 49 }, what: '1 MiB + 1 byte', events: () => [bytes(MEBIBYTE + 1)] },
  { entries: { batch: 7, unary: 50 }, what: '1 MiB + 64 bytes', events: () => [bytes(MEBIBYTE + 64)] },
  { entries: { batch: 8, unary: 51 }, what: '2 MiB', events: () => [bytes(2 * MEBIBYTE)] },
  { entries: { batch: 9, unary: 52 }, what: '5 MiB', events: () => [bytes(5 * MEBIBYTE)] },
  { entries: { batch: 10, unary: 53 }, what: '1,000 events of 1,200 bytes', events: () => many(1000, 1200) },
  { entries: { batch: 11, unary: 54 }, what: '10 events of 100,000 bytes', events: () => many(10, 100_000), last: 9n },
  { entries: { batch: 12, unary: 55 }, what: '11 events of 100,000 bytes', events: () => many(11, 100_000) },
  { entries: { batch: 13, unary: 56 }, what: '3 events of 2 MiB', events: () => many(3, 2 * MEBIBYTE) },
  {
    entries: { batch: 16, unary: 59 },
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
          seen: last === undefined ? tooLarge[path] : taken(last),
        },
        ({ client, stream }) => client.appendToStream(stream(), events(), options),
      );
    }

    const ofMessage = { batch: 14, unary: 57 };
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

    const afterwards = { batch: 15, unary: 58 };
    recorded(
      {
        probe: 10,
        entry: afterwards[path],
        what: 'a small one by a client whose appends were too large',
        seen: taken(0n),
      },
      ({ target, stream }) =>
        withOwnClient(target.url, async (own) => {
          for (const size of [MEBIBYTE + 1, 17 * MEBIBYTE]) {
            await own.appendToStream(stream(), bytes(size), options).catch((error: unknown) => error);
          }
          return own.appendToStream(stream(), event('small'), options);
        }),
    );

    const notCounted = { batch: 102, unary: 103 };
    recorded(
      {
        probe: 10,
        entry: notCounted[path],
        what: 'neither metadata nor the type counts',
        seen: {
          a: { success: true, nextExpectedRevision: 0n, position: '<1>' },
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
