import type { ExpectedRevision } from '@eventstore/db-client';
import { collected, event } from '../target.ts';
import { streamDeleted } from './append-answers.ts';
import { deleted, deleteRefused } from './deletion-answers.ts';
import { type Asked, recordedAnswers } from './recorded.ts';
import { type State, streamThatIs } from './stages.ts';
import { forwards } from './stream-states.ts';

recordedAnswers('tombstoneStream', (recorded) => {
  const answers: [entry: number, state: State, expected: ExpectedRevision, seen: unknown][] = [
    [52, 'present', 'any', deleted],
    [63, 'present', 0n, deleteRefused(0n, 2n)],
    [64, 'present', 2n, deleted],
    [59, 'missing', 'any', deleted],
    [60, 'missing', 'no_stream', deleted],
    [61, 'missing', 0n, deleteRefused(0n, -1n)],
    [65, 'soft-deleted', 'any', deleted],
  ];
  for (const [entry, state, expectedRevision, seen] of answers) {
    const what = `${expectedRevision} of a stream that is ${state}: ${seen === deleted ? 'done' : 'refused'}`;
    recorded({ probe: 8, entry, what, seen }, async (asked) =>
      asked.client.tombstoneStream(await streamThatIs(state, asked), { expectedRevision }),
    );
  }

  const readAfter: [entry: number, state: State][] = [
    [62, 'missing'],
    [66, 'soft-deleted'],
  ];
  for (const [entry, state] of readAfter) {
    const what = `leaves a stream that was ${state} deleted for ever`;
    recorded({ probe: 8, entry, what, seen: 'StreamDeletedError' }, async (asked) => {
      const name = await streamThatIs(state, asked);
      await asked.client.tombstoneStream(name);
      return forwards(asked, name);
    });
  }
});

recordedAnswers('a tombstoned stream', (recorded) => {
  const { unary, batch } = streamDeleted;
  const ofMetadata = {
    streamName: '$$<stream>',
    message: "9 FAILED_PRECONDITION: Event stream '$$<stream>' is deleted.",
  };

  const calls: [entry: number, what: string, seen: unknown, call: (asked: Asked, name: string) => Promise<unknown>][] =
    [
      [53, 'read', unary, ({ client }, name) => collected(client.readStream(name))],
      [54, 'append', batch, ({ client }, name) => client.appendToStream(name, event('n'))],
      [55, 'tombstoneStream', unary, ({ client }, name) => client.tombstoneStream(name)],
      [56, 'deleteStream', unary, ({ client }, name) => client.deleteStream(name)],
      [57, 'getStreamMetadata', { ...unary, ...ofMetadata }, ({ client }, name) => client.getStreamMetadata(name)],
      [
        58,
        'setStreamMetadata',
        { ...batch, streamName: '$$<stream>' },
        ({ client }, name) => client.setStreamMetadata(name, { maxCount: 1 }),
      ],
    ];
  for (const [entry, what, seen, call] of calls) {
    recorded({ probe: 8, entry, what: `refuses ${what}`, seen }, async (asked) =>
      call(asked, await streamThatIs('tombstoned', asked)),
    );
  }
});
