import { jsonEvent } from '@eventstore/db-client';
import { written } from './append-answers.ts';
import { deleted } from './deletion-answers.ts';
import { withOwnClient } from './own-client.ts';
import { recordedAnswers } from './recorded.ts';
import { forwards, present, presentWithMetadata } from './stream-states.ts';

recordedAnswers('what is appended to a metadata stream', (recorded) => {
  recorded(
    {
      probe: 8,
      entry: 26,
      what: 'is metadata, whatever the type of the event',
      seen: {
        app: written(0n),
        get: { streamName: '<stream>', metadata: { maxCount: 1 }, metastreamRevision: '<1>' },
        read: '4:"4"',
      },
    },
    async (asked) => {
      const name = await present(asked, 5);
      const app = await asked.client.appendToStream(`$$${name}`, jsonEvent({ type: 'Other', data: { $maxCount: 1 } }));
      return { app, get: await asked.client.getStreamMetadata(name), read: await forwards(asked, name) };
    },
  );
  recorded(
    {
      probe: 8,
      entry: 27,
      what: 'twice in one append: the second counts',
      seen: { a: written(1n), read: '2:"2" 3:"3" 4:"4"' },
    },
    async (asked) => {
      const name = await present(asked, 5);
      const a = await asked.client.appendToStream(
        `$$${name}`,
        [1, 3].map(($maxCount) => jsonEvent({ type: '$metadata', data: { $maxCount } })),
      );
      return { a, read: await forwards(asked, name) };
    },
  );
  recorded(
    {
      probe: 8,
      entry: 28,
      what: 'may be metadata of a metadata stream',
      seen: written(0n),
    },
    async ({ client, stream }) =>
      client.appendToStream(`$$$$${stream()}`, jsonEvent({ type: '$metadata', data: { $maxCount: 2 } })),
  );
  recorded(
    {
      probe: 8,
      entry: 29,
      what: 'is refused where the name of the stream is missing',
      seen: { error: 'UnknownError', type: 'unknown', code: undefined, message: 'Could not recognize BadRequest' },
    },
    async ({ target }) =>
      withOwnClient(target.url, (client) =>
        client.appendToStream('$$', jsonEvent({ type: '$metadata', data: { $maxCount: 2 } })),
      ),
  );
  recorded(
    {
      probe: 8,
      entry: 30,
      what: 'stays in force after the metadata stream is deleted',
      seen: {
        d: { position: '<2>' },
        get: { streamName: '<stream>', metadata: { maxCount: 2 }, metastreamRevision: '<1>' },
        read: '3:"3" 4:"4"',
      },
    },
    async (asked) => {
      const name = await presentWithMetadata(asked, 5, { maxCount: 2 });
      const d = await asked.client.deleteStream(`$$${name}`);
      return { d, get: await asked.client.getStreamMetadata(name), read: await forwards(asked, name) };
    },
  );
  recorded({ probe: 8, entry: 31, what: 'can be tombstoned', seen: deleted }, async (asked) => {
    const name = await presentWithMetadata(asked, 5, { maxCount: 2 });
    return asked.client.tombstoneStream(`$$${name}`);
  });
});
