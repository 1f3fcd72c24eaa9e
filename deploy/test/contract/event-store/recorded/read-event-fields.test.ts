import {
  binaryEvent,
  type EventData,
  type JSONType,
  jsonEvent,
  type RecordedEvent,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { expect } from 'chai';
import { collected, event, events } from '../target.ts';
import { shownBytes } from './all-stage.ts';
import { type Asked, recordedAnswers } from './recorded.ts';

async function writtenAndRead({ client, stream }: Asked, written: EventData[]): Promise<ResolvedEvent[]> {
  const name = stream();
  // Each in an append of its own, as they were recorded.
  for (const each of written) await client.appendToStream(name, each);
  return collected(client.readStream(name));
}

const isAboutNow = (created: Date): boolean => Math.abs(Date.now() - created.getTime()) < 60_000;

const shownEvent = (stored: RecordedEvent) => ({
  ...stored,
  data: shownBytes(stored.data),
  metadata: shownBytes(stored.metadata),
  created: isAboutNow(stored.created) ? 'Date(now)' : stored.created.toISOString(),
});

/** JSON has it, the client's types have not. */
const jsonNull: JSONType = JSON.parse('null');

recordedAnswers('the events of a read', (recorded) => {
  const bytes = (length: number, utf8: string) => ({ bytes: length, utf8, ctor: 'Uint8Array' });
  const json = { isJson: true, metadata: undefined };
  const binary = { isJson: false, metadata: undefined };
  recorded(
    {
      probe: 5,
      entry: 44,
      what: 'come back as they were written',
      seen: [
        { ...json, type: 'no-meta', data: { a: 1 } },
        { ...json, type: 'empty-meta', data: { a: 1 }, metadata: {} },
        { ...json, type: 'meta', data: { a: 1 }, metadata: { u: 'ü', n: 1.5 } },
        { ...json, type: 'null-data', data: null },
        { ...json, type: 'string-data', data: 'hello' },
        // The last byte is no UTF-8; the record shows it as what stands for such.
        { ...binary, type: 'bin', data: bytes(3, '\u0000\u0001\uFFFD') },
        { ...binary, type: 'bin-meta', data: bytes(1, 'x'), metadata: bytes(3, '\u0001\u0002\u0003') },
        { ...binary, type: 'bin-empty', data: bytes(0, '') },
        { ...json, type: 'bigint-ish', data: { n: 1e21, d: '1970-01-01T00:00:00.000Z' } },
      ].map((each, i) => ({
        event: {
          streamId: '<stream>',
          revision: BigInt(i),
          ...each,
          created: 'Date(now)',
          position: `<${i + 1}>`,
        },
        link: undefined,
        commitPosition: `<${i + 1}>`,
      })),
    },
    async (asked) => {
      const written = [
        jsonEvent({ type: 'no-meta', data: { a: 1 } }),
        jsonEvent({ type: 'empty-meta', data: { a: 1 }, metadata: {} }),
        jsonEvent({ type: 'meta', data: { a: 1 }, metadata: { u: 'ü', n: 1.5 } }),
        jsonEvent({ type: 'null-data', data: jsonNull }),
        jsonEvent({ type: 'string-data', data: 'hello' }),
        binaryEvent({ type: 'bin', data: Uint8Array.of(0, 1, 0xff) }),
        binaryEvent({ type: 'bin-meta', data: Buffer.from('x'), metadata: Uint8Array.of(1, 2, 3) }),
        binaryEvent({ type: 'bin-empty', data: new Uint8Array() }),
        jsonEvent({ type: 'bigint-ish', data: { n: 1e21, d: new Date(0) } }),
      ];
      const read = await writtenAndRead(asked, written);
      expect(read.map((each) => each.event?.id)).to.deep.equal(written.map(({ id }) => id));
      return read.map((each) => ({ ...each, event: each.event && shownEvent(each.event) }));
    },
  );

  recorded(
    {
      probe: 5,
      entry: 45,
      what: 'have these fields of these types',
      seen: {
        keys: ['event', 'commitPosition'],
        eventKeys: ['streamId', 'id', 'revision', 'type', 'data', 'metadata', 'isJson', 'created', 'position'],
        types: {
          streamId: 'String',
          id: 'String',
          revision: 'BigInt',
          type: 'String',
          data: 'Object',
          metadata: undefined,
          isJson: 'Boolean',
          created: 'Date',
          position: 'Object',
        },
      },
    },
    async (asked) => {
      const [resolved = {}] = await writtenAndRead(asked, [event(0)]);
      const fields = Object.entries(resolved.event ?? {});
      return {
        keys: Object.keys(resolved),
        eventKeys: fields.map(([name]) => name),
        types: Object.fromEntries(fields.map(([name, value]) => [name, value?.constructor.name])),
      };
    },
  );

  recorded({ probe: 5, entry: 46, what: 'were created now', seen: { deltaMsLess60000: true } }, async (asked) => {
    const [resolved] = await writtenAndRead(asked, [event(0)]);
    return { deltaMsLess60000: resolved?.event !== undefined && isAboutNow(resolved.event.created) };
  });

  recorded(
    { probe: 5, entry: 47, what: 'of one append were created at one time', seen: 1 },
    async ({ client, stream }) => {
      const name = stream();
      await client.appendToStream(name, events(20));
      const read = await collected(client.readStream(name));
      return new Set(read.map((each) => each.event?.created.getTime())).size;
    },
  );
});
