import { randomUUID } from 'node:crypto';
import { jsonEvent } from '@eventstore/db-client';
import { collected, event, PATHS } from '../target.ts';
import { at, type Entries, written } from './append-answers.ts';
import { type Asked, recordedAnswers } from './recorded.ts';
import { batchAppendOnTheWire } from './wire-append.ts';

/** Types, ids, metadata and data of events: what is taken, and how it is read back. */

/** Bytes as the record shows them. */
const bytesShown = (value: unknown) =>
  value instanceof Uint8Array
    ? { bytes: value.length, utf8: Buffer.from(value).toString(), ctor: value.constructor.name }
    : value;

async function firstEvent({ client }: Asked, stream: string) {
  const [first] = await collected(client.readStream(stream));
  return first?.event;
}

for (const { path, options } of PATHS) {
  recordedAnswers(`fields of an event that came by the ${path} call`, (recorded) => {
    const TYPES: readonly { entries: Entries; what: string; type: string }[] = [
      { entries: at(34, 77), what: 'of 10,000 characters', type: 't'.repeat(10_000) },
      { entries: at(35, 78), what: 'of the system', type: '$x' },
    ];
    for (const { entries, what, type } of TYPES) {
      recorded(
        {
          probe: 10,
          entry: entries[path],
          what: `a type ${what} is taken`,
          seen: written(0n),
        },
        ({ client, stream }) => client.appendToStream(stream(), event(1, type), options),
      );
    }

    const metadata = at(36, 79);
    recorded(
      {
        probe: 10,
        entry: metadata[path],
        what: 'metadata that are not JSON are read back as bytes',
        seen: {
          a: written(0n),
          metadata: { bytes: 8, utf8: 'not json', ctor: 'Uint8Array' },
          isJson: true,
        },
      },
      async (asked) => {
        const stream = asked.stream();
        const proposed = jsonEvent({ type: 'T', data: {}, metadata: new Uint8Array(Buffer.from('not json')) });
        const a = await asked.client.appendToStream(stream, proposed, options);
        const stored = await firstEvent(asked, stream);
        return { a, metadata: bytesShown(stored?.metadata), isJson: stored?.isJson };
      },
    );
  });
}

recordedAnswers('data that are not what they are said to be', (recorded) => {
  // The client cannot send these. The record has the same step twice, once with the steps of each of its paths.
  for (const entry of [37, 80]) {
    recorded(
      {
        probe: 10,
        entry,
        what: 'data that are said to be JSON and are not: read back as text',
        seen: {
          wire: [
            {
              correlation: 'string',
              stream: '<stream>',
              success: { current: '0', position: 'C:<1>/P:<1>' },
              expectedEcho: 'EXPECTED_STREAM_POSITION_NOT_SET',
            },
          ],
          data: '{nope',
          isJson: true,
        },
      },
      async (asked) => {
        const stream = asked.stream();
        const { out } = await batchAppendOnTheWire(asked.target.url, [{ stream, events: [{ data: '{nope' }] }], {
          answers: 1,
        });
        const stored = await firstEvent(asked, stream);
        return { wire: out, data: stored?.data, isJson: stored?.isJson };
      },
    );
  }

  recorded(
    {
      probe: 10,
      entry: 87,
      what: 'data of a content type that the server does not know are bytes',
      seen: [{ isJson: false, data: { bytes: 2, utf8: '{}', ctor: 'Uint8Array' } }],
    },
    async ({ target, client, stream }) => {
      const name = stream();
      const plain = { metadata: { type: 'T', 'content-type': 'text/plain' }, data: '{}' };
      await batchAppendOnTheWire(target.url, [{ stream: name, events: [plain] }], { answers: 1 });
      const all = await collected(client.readStream(name));
      return all.map(({ event: stored }) => ({ isJson: stored?.isJson, data: bytesShown(stored?.data) }));
    },
  );
});

recordedAnswers('ways to write an event id', (recorded) => {
  const written = { success: true, nextExpectedRevision: 0n };

  recorded(
    {
      probe: 10,
      entry: 83,
      what: 'in upper case, by the unary call: read back in lower case',
      seen: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
    },
    async (asked) => {
      const stream = asked.stream();
      const proposed = jsonEvent({ id: 'AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE', type: 'T', data: {} });
      const [, { options }] = PATHS;
      await asked.client.appendToStream(stream, proposed, options);
      return (await firstEvent(asked, stream))?.id;
    },
  );

  const FORMS: readonly { entry: number; what: string; id: string; readBack: string }[] = [
    {
      entry: 96,
      what: 'in upper case',
      id: 'AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE',
      readBack: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
    },
    {
      entry: 97,
      what: 'without dashes',
      id: 'aaaaaaaabbbb4ccc8dddeeeeeeeeeeee',
      readBack: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
    },
    {
      entry: 98,
      what: 'in braces',
      id: '{aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeef}',
      readBack: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeef',
    },
  ];
  for (const { entry, what, id, readBack } of FORMS) {
    recorded(
      {
        probe: 10,
        entry,
        what: `${what}: read back in lower case, with dashes`,
        seen: { a: { ...written, position: '<1>' }, b: { ...written, position: '<2>' }, readBack },
      },
      async (asked) => {
        const stream = asked.stream();
        return {
          a: await asked.client.appendToStream(stream, jsonEvent({ id, type: 'T', data: {} })),
          b: await asked.client.appendToStream(asked.stream(), jsonEvent({ id: randomUUID(), type: 'T', data: {} })),
          readBack: (await firstEvent(asked, stream))?.id,
        };
      },
    );
  }
});
