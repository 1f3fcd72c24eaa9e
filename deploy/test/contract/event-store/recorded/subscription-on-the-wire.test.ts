import type { EventStoreDBClient, Position } from '@eventstore/db-client';
import { appendedAt, event, events } from '../target.ts';
import { recordedAnswers } from './recorded.ts';
import { readOnTheWire, type WireRead } from './wire.ts';

const cancelled = { code: 1, details: 'Cancelled on client' };

/** Takes so many messages of a subscription, then leaves. */
async function firstMessages(url: string, count: number, asked: WireRead) {
  const until = (messages: readonly string[]) => messages.length >= count;
  const { messages, status } = await readOnTheWire(url, { ...asked, count: 'subscription', until });
  return { messages: messages.slice(0, count), status };
}

/** Writes what both subscriptions to $all look at; the position before it. */
async function written(client: EventStoreDBClient, streams: { x1: string; x2: string; y: string }): Promise<Position> {
  const { x1, x2, y } = streams;
  const before = await appendedAt(client, `${x2}-before`);
  await client.appendToStream(x1, events(2));
  await client.appendToStream(y, event(0));
  await client.appendToStream(x2, event(0));
  await client.appendToStream(x1, events(2));
  await client.appendToStream(y, events(2));
  await client.setStreamMetadata(y, { maxCount: 10 });
  await client.deleteStream(y);
  await client.tombstoneStream(y);
  await client.appendToStream(x1, events(2));
  return before;
}

recordedAnswers('subscriptions on the wire', (recorded) => {
  recorded(
    {
      probe: 7,
      entry: 36,
      what: '$all: confirmation, events',
      seen: {
        messages: [
          'CONFIRMATION',
          'EVENT p7x-1@0 C:<1>/P:<1> commit_position=<1>',
          'EVENT p7x-1@1 C:<2>/P:<2> commit_position=<2>',
          'EVENT p7y-1@0 C:<3>/P:<3> commit_position=<3>',
          'EVENT p7x-2@0 C:<4>/P:<4> commit_position=<4>',
          'EVENT p7x-1@2 C:<5>/P:<5> commit_position=<5>',
          'EVENT p7x-1@3 C:<6>/P:<6> commit_position=<6>',
          'EVENT p7y-1@1 C:<7>/P:<7> commit_position=<7>',
          'EVENT p7y-1@2 C:<8>/P:<8> commit_position=<8>',
          'EVENT $$p7y-1@0 C:<9>/P:<9> commit_position=<9>',
          'EVENT $$p7y-1@1 C:<10>/P:<10> commit_position=<10>',
          'EVENT p7y-1@9223372036854775807 C:<11>/P:<11> commit_position=<11>',
        ],
        status: cancelled,
      },
    },
    async ({ client, target, stream }) => {
      const from = await written(client, { x1: stream('p7x-1'), x2: stream('p7x-2'), y: stream('p7y-1') });
      return firstMessages(target.url, 12, { from });
    },
  );

  recorded(
    {
      probe: 7,
      entry: 37,
      what: '$all with a filter, pages of 2: a checkpoint a page, at its last match or, without one, at its first event',
      seen: {
        messages: [
          'CONFIRMATION',
          'EVENT p7x-1@0 C:<1>/P:<1> commit_position=<1>',
          'EVENT p7x-1@1 C:<2>/P:<2> commit_position=<2>',
          'CHECKPOINT C:<2>/P:<2>',
          'EVENT p7x-2@0 C:<3>/P:<3> commit_position=<3>',
          'CHECKPOINT C:<3>/P:<3>',
          'EVENT p7x-1@2 C:<4>/P:<4> commit_position=<4>',
          'EVENT p7x-1@3 C:<5>/P:<5> commit_position=<5>',
          'CHECKPOINT C:<5>/P:<5>',
          // p7y-1@1 and p7y-1@2, then the two of its metadata.
          'CHECKPOINT C:<6>/P:0',
          'CHECKPOINT C:<7>/P:0',
          // The page of the tombstone and of this one.
          'EVENT p7x-1@4 C:<8>/P:<8> commit_position=<8>',
        ],
        status: cancelled,
      },
    },
    async ({ client, target, stream }) => {
      const [x1, x2] = [stream('p7x-1'), stream('p7x-2')];
      const from = await written(client, { x1, x2, y: stream('p7y-1') });
      const filter = { on: 'stream', prefixes: [x1, x2], window: 2 } as const;
      return firstMessages(target.url, 12, { from, filter });
    },
  );

  recorded(
    {
      probe: 7,
      entry: 38,
      what: 'a stream: confirmation, events, caught up',
      seen: {
        messages: [
          'CONFIRMATION',
          'EVENT p7-a@0 C:<1>/P:<1> commit_position=<1>',
          'EVENT p7-a@1 C:<2>/P:<2> commit_position=<2>',
          'EVENT p7-a@2 C:<3>/P:<3> commit_position=<3>',
          'EVENT p7-a@3 C:<4>/P:<4> commit_position=<4>',
          'EVENT p7-a@4 C:<5>/P:<5> commit_position=<5>',
          'EVENT p7-a@5 C:<6>/P:<6> commit_position=<6>',
          'EVENT p7-a@6 C:<7>/P:<7> commit_position=<7>',
          'EVENT p7-a@7 C:<8>/P:<8> commit_position=<8>',
          'EVENT p7-a@8 C:<9>/P:<9> commit_position=<9>',
          'EVENT p7-a@9 C:<10>/P:<10> commit_position=<10>',
          'EVENT p7-a@10 C:<11>/P:<11> commit_position=<11>',
          'CAUGHT_UP',
        ],
        status: cancelled,
      },
    },
    async ({ client, target, stream }) => {
      const x = stream('p7-a');
      await client.appendToStream(x, events(11));
      return firstMessages(target.url, 13, { stream: x });
    },
  );

  recorded(
    {
      probe: 7,
      entry: 39,
      what: 'a checkpoint interval of 0: refused, without a confirmation',
      seen: { messages: [], status: { code: 2, details: 'Exception was thrown by handler.' } },
    },
    async ({ target }) => {
      const filter = { on: 'stream', prefixes: ['p7x-'], checkpointInterval: 0 } as const;
      return firstMessages(target.url, 1, { filter });
    },
  );
});
