import { collected, event, PATHS } from '../target.ts';
import { at, type Entries } from './append-answers.ts';
import { recordedAnswers } from './recorded.ts';

/** Every name but the empty one is a stream's, even `$all`. */

/** A name as long as that once the case's unique ending is on it, a dash and a UUID. */
const ofLength = (length: number) => 'n'.repeat(length - 37);

const NAMES: readonly { entries: Entries; what: string; name: string }[] = [
  { entries: at(18, 61), what: '255 characters', name: ofLength(255) },
  { entries: at(19, 62), what: '1,000 characters', name: ofLength(1000) },
  { entries: at(20, 63), what: '10,000 characters', name: ofLength(10_000) },
  { entries: at(21, 64), what: '65,536 characters', name: ofLength(65_536) },
  { entries: at(24, 67), what: 'a space', name: 'a b' },
  { entries: at(25, 68), what: 'letters of other scripts', name: 'ä→漢' },
  { entries: at(26, 69), what: 'a slash', name: 'a/b' },
  { entries: at(27, 70), what: 'a line feed', name: 'a\nb' },
  { entries: at(28, 71), what: 'U+0000', name: 'a\u0000b' },
  { entries: at(29, 72), what: '$$$ at its start', name: '$$$x' },
  { entries: at(30, 73), what: '$ at its start', name: '$x' },
  { entries: at(32, 75), what: '$$ at its start', name: '$$p10' },
];

/** These can not be made unique, so they are asked for in a store that nobody has used. */
const WHOLE_NAMES: readonly { entries: Entries; name: string }[] = [
  { entries: at(23, 66), name: ' ' },
  { entries: at(31, 74), name: '$all' },
];

for (const { path, options } of PATHS) {
  // The unary calls were made after the batch calls, to the same streams.
  const before = path === 'batch' ? [] : [event('before')];
  const taken = { success: true, nextExpectedRevision: path === 'batch' ? 0n : 1n, position: '<1>' };

  recordedAnswers(`stream names in the ${path} call`, (recorded) => {
    for (const { entries, what, name } of NAMES) {
      recorded(
        { probe: 10, entry: entries[path], what: `a name with ${what}`, seen: taken },
        async ({ client, stream }) => {
          const unique = stream(name);
          for (const each of before) await client.appendToStream(unique, each);
          return client.appendToStream(unique, event(1), options);
        },
      );
    }

    for (const { entries, name } of WHOLE_NAMES) {
      recorded(
        { probe: 10, entry: entries[path], what: `the name "${name}"`, seen: taken, needs: 'a fresh store' },
        async ({ client }) => {
          for (const each of before) await client.appendToStream(name, each);
          return client.appendToStream(name, event(1), options);
        },
      );
    }

    const readBack = at(22, 65);
    recorded(
      {
        probe: 10,
        entry: readBack[path],
        what: 'the events of a stream whose name has 10,000 characters',
        seen: before.length + 1,
      },
      async ({ client, stream }) => {
        const unique = stream(ofLength(10_000));
        for (const each of before) await client.appendToStream(unique, each);
        await client.appendToStream(unique, event(1), options);
        const read = await collected(client.readStream(unique));
        return read.filter(({ event: found }) => found?.streamId === unique).length;
      },
    );
  });
}

const refused = {
  error: 'UnknownError',
  type: 'unknown',
  code: 2,
  message: '2 UNKNOWN: Exception was thrown by handler.',
};

recordedAnswers('stream names in reads and deletes', (recorded) => {
  recorded({ probe: 10, entry: 89, what: 'the empty name in a read: refused', seen: refused }, ({ client }) =>
    collected(client.readStream('')),
  );

  recorded({ probe: 10, entry: 92, what: 'the empty name in a delete: refused', seen: refused }, ({ client }) =>
    client.deleteStream(''),
  );

  recorded(
    {
      probe: 10,
      entry: 90,
      what: 'a name of 3,000 characters in a read: not found',
      seen: { error: 'StreamNotFoundError', type: 'stream-not-found', code: undefined, streamName: '<stream>' },
    },
    ({ client, stream }) => collected(client.readStream(stream(ofLength(3000)))),
  );

  recorded(
    {
      probe: 10,
      entry: 91,
      what: 'readStream of $all: the stream of that name',
      seen: [
        {
          event: {
            streamId: '$all',
            revision: 0n,
            type: 'T',
            data: { n: 'x' },
            metadata: undefined,
            isJson: true,
            position: '<1>',
          },
          commitPosition: '<1>',
        },
        {
          event: {
            streamId: '$all',
            revision: 1n,
            type: 'T',
            data: { n: 'x' },
            metadata: undefined,
            isJson: true,
            position: '<2>',
          },
          commitPosition: '<2>',
        },
      ],
      needs: 'a fresh store',
    },
    async ({ client }) => {
      for (const { options } of PATHS) await client.appendToStream('$all', event('x', 'T'), options);
      return collected(client.readStream('$all'));
    },
  );

  recorded(
    { probe: 10, entry: 93, what: 'tombstoneStream of $all', seen: { position: '<1>' }, needs: 'a fresh store' },
    async ({ client }) => {
      await client.appendToStream('$all', event('x', 'T'));
      return client.tombstoneStream('$all');
    },
  );

  recorded(
    {
      probe: 10,
      entry: 94,
      what: 'deleteStream of $all after its tombstone',
      seen: {
        error: 'StreamDeletedError',
        type: 'stream-deleted',
        code: 9,
        message: "9 FAILED_PRECONDITION: Event stream '$all' is deleted.",
        streamName: '$all',
      },
      needs: 'a fresh store',
    },
    async ({ client }) => {
      await client.appendToStream('$all', event('x', 'T'));
      await client.tombstoneStream('$all');
      return client.deleteStream('$all');
    },
  );
});
