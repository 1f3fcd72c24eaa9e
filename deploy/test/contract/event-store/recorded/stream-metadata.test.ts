import { binaryEvent, type StreamMetadata } from '@eventstore/db-client';
import { event } from '../target.ts';
import { written, wrongVersion } from './append-answers.ts';
import { type Asked, recordedAnswers } from './recorded.ts';
import { answerOf, forwards, metadataEvents, present, presentWithMetadata } from './stream-states.ts';

const EVERY_KIND = {
  maxCount: 4,
  maxAge: 3600,
  truncateBefore: 1,
  cacheControl: 60,
  acl: { readRoles: ['$all'], writeRoles: ['a', 'b'], deleteRoles: 'd', metaReadRoles: [], metaWriteRoles: ['mw'] },
  custom: { a: 1 },
  other: 'x',
};

/** With a role that is not in a list, which the client's type of an ACL has not, but the client takes. */
const setEveryKind = ({ client }: Asked, name: string): Promise<unknown> =>
  Reflect.apply(client.setStreamMetadata, client, [name, EVERY_KIND]);

recordedAnswers('the metadata of a stream', (recorded) => {
  recorded(
    {
      probe: 8,
      entry: 0,
      what: 'there is none of a missing stream',
      seen: { streamName: '<stream>', metadata: undefined },
    },
    async ({ client, stream }) => client.getStreamMetadata(stream()),
  );
  recorded(
    {
      probe: 8,
      entry: 1,
      what: 'can be set for a missing stream',
      seen: written(0n),
    },
    async ({ client, stream }) =>
      client.setStreamMetadata(stream(), { maxCount: 3 }, { expectedRevision: 'no_stream' }),
  );
  recorded(
    {
      probe: 8,
      entry: 2,
      what: 'is got back where there is no such stream',
      seen: { streamName: '<stream>', metadata: { maxCount: 3 }, metastreamRevision: '<1>' },
    },
    async (asked) => {
      const name = asked.stream();
      await asked.client.setStreamMetadata(name, { maxCount: 3 });
      return asked.client.getStreamMetadata(name);
    },
  );
  recorded({ probe: 8, entry: 3, what: 'does not make the stream', seen: 'StreamNotFoundError' }, async (asked) => {
    const name = asked.stream();
    await asked.client.setStreamMetadata(name, { maxCount: 3 });
    return forwards(asked, name);
  });
  recorded(
    {
      probe: 8,
      entry: 4,
      what: 'lets the stream begin with no_stream',
      seen: written(0n),
    },
    async ({ client, stream }) => {
      const name = stream();
      await client.setStreamMetadata(name, { maxCount: 3 });
      return client.appendToStream(name, event('0'), { expectedRevision: 'no_stream' });
    },
  );
  recorded(
    {
      probe: 8,
      entry: 5,
      what: 'there is none of a stream that got none',
      seen: { streamName: '<stream>', metadata: undefined },
    },
    async (asked) => asked.client.getStreamMetadata(await present(asked, 3)),
  );
  recorded(
    {
      probe: 8,
      entry: 6,
      what: 'of every kind is set',
      seen: written(0n),
    },
    async (asked) => setEveryKind(asked, await present(asked, 3)),
  );
  recorded(
    {
      probe: 8,
      entry: 7,
      what: 'of every kind is got back as it was set',
      seen: { streamName: '<stream>', metadata: EVERY_KIND, metastreamRevision: '<1>' },
    },
    async (asked) => {
      const name = await present(asked, 3);
      await setEveryKind(asked, name);
      return asked.client.getStreamMetadata(name);
    },
  );
  recorded(
    {
      probe: 8,
      entry: 8,
      what: 'is an event $metadata in the stream $$x',
      seen: [
        {
          rev: 0n,
          type: '$metadata',
          data: {
            $maxCount: 4,
            $maxAge: 3600,
            $tb: 1,
            $cacheControl: 60,
            $acl: { $r: ['$all'], $w: ['a', 'b'], $d: 'd', $mr: [], $mw: ['mw'] },
            custom: { a: 1 },
            other: 'x',
          },
        },
      ],
    },
    async (asked) => {
      const name = await present(asked, 3);
      await setEveryKind(asked, name);
      return metadataEvents(asked, name);
    },
  );
  recorded(
    {
      probe: 8,
      entry: 9,
      what: 'is refused with no_stream where there is some; the error names $$x',
      seen: { ...wrongVersion('no_stream', 0n), streamName: '$$<stream>' },
    },
    async (asked) => {
      const name = await presentWithMetadata(asked, 3, { maxCount: 4 });
      return asked.client.setStreamMetadata(name, { maxCount: 9 }, { expectedRevision: 'no_stream' });
    },
  );
  recorded(
    {
      probe: 8,
      entry: 10,
      what: 'is set at the exact revision of $$x',
      seen: written(1n),
    },
    async (asked) => {
      const name = await presentWithMetadata(asked, 3, { maxCount: 4 });
      return asked.client.setStreamMetadata(name, { maxCount: 9 }, { expectedRevision: 0n });
    },
  );

  const noneOfThem = Object.fromEntries(Object.keys(EVERY_KIND).map((kind) => [kind, undefined]));
  const replacements: [entry: number, what: string, metadata: StreamMetadata][] = [
    [11, 'is replaced whole by the next', { maxCount: 9 }],
    [12, 'is replaced by none', {}],
  ];
  for (const [entry, what, metadata] of replacements) {
    const seen = { streamName: '<stream>', metadata: { ...noneOfThem, ...metadata }, metastreamRevision: '<1>' };
    recorded({ probe: 8, entry, what, seen }, async (asked) => {
      const name = await present(asked, 3);
      await setEveryKind(asked, name);
      await asked.client.setStreamMetadata(name, metadata);
      return asked.client.getStreamMetadata(name);
    });
  }
});

recordedAnswers('metadata that says nothing', (recorded) => {
  const ALL_FIVE = '0:"0" 1:"1" 2:"2" 3:"3" 4:"4"';

  const ignored: [entry: number, metadata: StreamMetadata][] = [
    [20, { maxCount: 0 }],
    [21, { maxCount: -1 }],
    [22, { maxAge: 0 }],
    [23, { truncateBefore: -1 }],
  ];
  for (const [entry, metadata] of ignored) {
    const seen = {
      set: written(0n),
      get: { streamName: '<stream>', metadata, metastreamRevision: '<1>' },
      read: ALL_FIVE,
    };
    recorded(
      { probe: 8, entry, what: `${JSON.stringify(metadata)} is kept and hides nothing`, seen },
      async (asked) => {
        const name = await present(asked, 5);
        const set = await asked.client.setStreamMetadata(name, metadata);
        return { set, get: await asked.client.getStreamMetadata(name), read: await forwards(asked, name) };
      },
    );
  }

  recorded(
    {
      probe: 8,
      entry: 24,
      what: 'maxCount "x" is refused by the client',
      seen: {
        set: { error: 'Error', message: 'Invalid stream metadata: "maxCount" must be an integer.' },
        get: { streamName: '<stream>', metadata: undefined },
        read: ALL_FIVE,
      },
    },
    async (asked) => {
      const name = await present(asked, 5);
      const set: Promise<unknown> = Reflect.apply(asked.client.setStreamMetadata, asked.client, [
        name,
        { maxCount: 'x' },
      ]);
      return {
        set: await answerOf(set),
        get: await asked.client.getStreamMetadata(name),
        read: await forwards(asked, name),
      };
    },
  );
  recorded(
    {
      probe: 8,
      entry: 25,
      what: 'an event $metadata that is no JSON hides nothing',
      seen: {
        app: written(0n),
        get: { streamName: '<stream>', metadata: undefined },
        read: ALL_FIVE,
      },
    },
    async (asked) => {
      const name = await present(asked, 5);
      const noJson = binaryEvent({ type: '$metadata', data: Buffer.from('no JSON') });
      const app = await asked.client.appendToStream(`$$${name}`, noJson);
      return { app, get: await asked.client.getStreamMetadata(name), read: await forwards(asked, name) };
    },
  );
});
