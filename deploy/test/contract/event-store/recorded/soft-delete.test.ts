import type { ExpectedRevision } from '@eventstore/db-client';
import { collected, event } from '../target.ts';
import { written, wrongVersion } from './append-answers.ts';
import { deleted, deleteRefused } from './deletion-answers.ts';
import { type Asked, recordedAnswers } from './recorded.ts';
import { streamThatIs } from './stages.ts';
import { answerOf, backwards, forwards, metadataEvents, present, presentWithMetadata } from './stream-states.ts';

/** What $tb is after a delete, 2^63 - 1, as JSON.parse reads it. */
const EVERYTHING = 2 ** 63;

/** A stream that had the revisions 0, 1 and 2, soft-deleted one or more times. */
async function softDeleted(asked: Asked, times = 1): Promise<string> {
  const name = await streamThatIs('soft-deleted', asked);
  for (let i = 1; i < times; i++) await asked.client.deleteStream(name);
  return name;
}

recordedAnswers('deleteStream', (recorded) => {
  const answers: [entry: number, state: 'present' | 'missing', expected: ExpectedRevision, seen: unknown][] = [
    [32, 'present', 'any', deleted],
    [43, 'present', 2n, deleted],
    [44, 'present', 1n, deleteRefused(1n, 2n)],
    [45, 'present', 'no_stream', deleteRefused(-1n, 2n)],
    [47, 'missing', 'any', deleteRefused(-2n, -1n)],
    [48, 'missing', 'no_stream', deleteRefused(-1n, -1n)],
    [49, 'missing', 0n, deleteRefused(0n, -1n)],
    [50, 'missing', 2n, deleteRefused(2n, -1n)],
  ];
  for (const [entry, state, expectedRevision, seen] of answers) {
    const what = `${expectedRevision} of a stream that is ${state}: ${seen === deleted ? 'deleted' : 'refused'}`;
    recorded({ probe: 8, entry, what, seen }, async (asked) =>
      asked.client.deleteStream(await streamThatIs(state, asked), { expectedRevision }),
    );
  }

  const again: [entry: number, times: number, expected: ExpectedRevision][] = [
    [35, 1, 'any'],
    [36, 2, 2n],
    [71, 1, 'no_stream'],
  ];
  for (const [entry, times, expectedRevision] of again) {
    recorded(
      { probe: 8, entry, what: `${expectedRevision} of a deleted stream: deleted again`, seen: deleted },
      async (asked) => asked.client.deleteStream(await softDeleted(asked, times), { expectedRevision }),
    );
  }

  recorded(
    {
      probe: 8,
      entry: 46,
      what: 'stream_exists: the client cannot send it',
      seen: {
        error: 'UnknownError',
        type: 'unknown',
        code: 13,
        message: "13 INTERNAL: Request message serialization failure: Cannot read properties of null (reading 'lo')",
      },
    },
    async (asked) => {
      const name = await present(asked, 3);
      return Reflect.apply(asked.client.deleteStream, asked.client, [name, { expectedRevision: 'stream_exists' }]);
    },
  );
  recorded(
    {
      probe: 8,
      entry: 51,
      what: 'of a missing stream leaves nothing behind',
      seen: {
        m: { streamName: '<stream>', metadata: undefined },
        a: written(0n),
      },
    },
    async ({ client, stream }) => {
      const name = stream();
      await answerOf(client.deleteStream(name));
      return {
        m: await client.getStreamMetadata(name),
        a: await client.appendToStream(name, event('0'), { expectedRevision: 'no_stream' }),
      };
    },
  );
  recorded(
    {
      probe: 8,
      entry: 72,
      what: 'answers with the position of the event in the metadata stream',
      seen: { d: { position: '<1>' }, m: '<1>' },
    },
    async (asked) => {
      const name = await present(asked, 3);
      const d = await asked.client.deleteStream(name);
      const [newest] = await collected(asked.client.readStream(`$$${name}`));
      return { d, m: newest?.event?.position };
    },
  );
});

recordedAnswers('the metadata of a deleted stream', (recorded) => {
  recorded(
    {
      probe: 8,
      entry: 33,
      what: 'is a $tb that hides everything',
      seen: [{ rev: 0n, type: '$metadata', data: { $tb: EVERYTHING }, tb: '9223372036854776000' }],
    },
    async (asked) => {
      const all = await metadataEvents(asked, await softDeleted(asked));
      return all.map((each) => ({ ...each, tb: String(Reflect.get(Object(each.data), '$tb')) }));
    },
  );
  recorded(
    {
      probe: 8,
      entry: 34,
      what: 'is told as truncateBefore',
      seen: { streamName: '<stream>', metadata: { truncateBefore: EVERYTHING }, metastreamRevision: '<1>' },
    },
    async (asked) => asked.client.getStreamMetadata(await softDeleted(asked)),
  );
  recorded(
    {
      probe: 8,
      entry: 41,
      what: 'replaces all that was set before',
      seen: [{ rev: 1n, type: '$metadata', data: { $tb: EVERYTHING, $maxCount: undefined } }],
    },
    async (asked) => {
      const name = await presentWithMetadata(asked, 3, { maxCount: 10 });
      await asked.client.deleteStream(name);
      return metadataEvents(asked, name);
    },
  );
});

recordedAnswers('a deleted stream that is appended to', (recorded) => {
  /** Deleted as often as the record's stream was by then, then appended to. */
  async function begunAgain(asked: Asked): Promise<string> {
    const name = await softDeleted(asked, 3);
    await asked.client.appendToStream(name, event('new'));
    return name;
  }

  recorded(
    {
      probe: 8,
      entry: 37,
      what: 'goes on after its last revision',
      seen: written(3n),
    },
    async (asked) => asked.client.appendToStream(await softDeleted(asked, 3), event('new')),
  );
  recorded({ probe: 8, entry: 38, what: 'shows what is new', seen: '3:"new"' }, async (asked) =>
    forwards(asked, await begunAgain(asked)),
  );
  recorded(
    {
      probe: 8,
      entry: 39,
      what: 'gets metadata of itself: a $tb at its first new revision',
      seen: [{ rev: 3n, type: '$metadata', data: { $tb: 3 } }],
    },
    async (asked) => metadataEvents(asked, await begunAgain(asked)),
  );
  recorded(
    {
      probe: 8,
      entry: 40,
      what: 'tells that as truncateBefore',
      seen: { streamName: '<stream>', metadata: { truncateBefore: 3 }, metastreamRevision: '<1>' },
    },
    async (asked) => asked.client.getStreamMetadata(await begunAgain(asked)),
  );
  recorded(
    {
      probe: 8,
      entry: 42,
      what: 'does not get back the metadata from before it was deleted',
      seen: [{ rev: 2n, type: '$metadata', data: { $tb: 3, $maxCount: undefined } }],
    },
    async (asked) => {
      const name = await presentWithMetadata(asked, 3, { maxCount: 10 });
      await asked.client.deleteStream(name);
      await asked.client.appendToStream(name, event('new'));
      return metadataEvents(asked, name);
    },
  );
  recorded(
    {
      probe: 8,
      entry: 67,
      what: 'takes no_stream, then the exact revisions that follow',
      seen: {
        a: written(4n),
        b: { success: true, nextExpectedRevision: 5n, position: '<2>' },
        read: '3:"n1" 4:"n2" 5:"n3"',
        back: '5:"n3" 4:"n2" 3:"n1"',
        from0: '3:"n1"',
      },
    },
    async (asked) => {
      const name = await softDeleted(asked);
      const { client } = asked;
      return {
        a: await client.appendToStream(name, [event('n1'), event('n2')], { expectedRevision: 'no_stream' }),
        b: await client.appendToStream(name, event('n3'), { expectedRevision: 4n }),
        read: await forwards(asked, name),
        back: await backwards(asked, name),
        from0: await forwards(asked, name, 0n, 1),
      };
    },
  );
});

recordedAnswers('a deleted stream that gets metadata', (recorded) => {
  recorded({ probe: 8, entry: 68, what: 'is there again, without its events', seen: '' }, async (asked) => {
    const name = await softDeleted(asked);
    await asked.client.setStreamMetadata(name, { truncateBefore: 1 });
    return forwards(asked, name);
  });
  recorded(
    {
      probe: 8,
      entry: 69,
      what: 'keeps its events hidden, by a second metadata event of the server',
      seen: {
        meta: [{ rev: 2n, data: { $tb: 3 } }],
        read: [],
        append: wrongVersion('no_stream', 2n),
      },
    },
    async (asked) => {
      const name = await softDeleted(asked);
      await asked.client.setStreamMetadata(name, { truncateBefore: 1 });
      return {
        meta: await metadataEvents(asked, name),
        read: await collected(asked.client.readStream(name)),
        append: await answerOf(asked.client.appendToStream(name, event('n'), { expectedRevision: 'no_stream' })),
      };
    },
  );
  recorded(
    {
      probe: 8,
      entry: 70,
      what: 'keeps the metadata beside that $tb',
      seen: { meta: [{ rev: 2n, data: { custom: 1, $tb: 3 } }], read: [] },
    },
    async (asked) => {
      const name = await softDeleted(asked);
      await asked.client.setStreamMetadata(name, { custom: 1 });
      return {
        meta: await metadataEvents(asked, name),
        read: await collected(asked.client.readStream(name)),
      };
    },
  );
});
