import { events } from '../target.ts';
import { STREAM } from './matches.ts';
import { type Asked, recordedAnswers } from './recorded.ts';
import { type State, streamThatIs } from './stages.ts';
import { readOnTheWire, type WireRead } from './wire.ts';

/** The message with an event; the three positions in it are one. */
const eventAt = (revision: number, rank: number, stream = STREAM) =>
  `EVENT ${stream}@${revision} C:<${rank}>/P:<${rank}> commit_position=<${rank}>`;

const done = { code: 0 };
const unexpectedResult = { code: 2, details: 'Unexpected ReadStreamResult: Error' };

async function streamOfFive({ client, stream }: Asked): Promise<string> {
  const name = stream();
  // Each in an append of its own, as they were recorded.
  for (const each of events(5)) await client.appendToStream(name, each);
  return name;
}

recordedAnswers('the messages of the Read call, of a stream with the revisions 0 to 4', (recorded) => {
  const rows: readonly [entry: number, what: string, asked: WireRead, seen: object][] = [
    [48, 'forwards, 2', { count: 2 }, { messages: [eventAt(0, 1), eventAt(1, 2)], status: done }],
    // No message tells the first or last position: the client does not ask for those.
    [49, 'forwards, all', {}, { messages: [0, 1, 2, 3, 4].map((i) => eventAt(i, i + 1)), status: done }],
    [
      50,
      'backwards from the end, 2',
      { backwards: true, from: 'end', count: 2 },
      { messages: [eventAt(4, 2), eventAt(3, 1)], status: done },
    ],
    [51, 'forwards from 100', { from: 100n }, { messages: [], status: done }],
    [
      52,
      'backwards from 100, 2',
      { backwards: true, from: 100n, count: 2 },
      { messages: [eventAt(4, 2), eventAt(3, 1)], status: done },
    ],
    [53, 'forwards from the end', { from: 'end' }, { messages: [], status: unexpectedResult }],
    [54, 'forwards, 0', { count: 0 }, { messages: [], status: unexpectedResult }],
    [
      55,
      'backwards from the end, 0',
      { backwards: true, from: 'end', count: 0 },
      { messages: [], status: unexpectedResult },
    ],
  ];
  for (const [entry, what, options, seen] of rows) {
    recorded({ probe: 5, entry, what, seen }, async (asked) =>
      readOnTheWire(asked.target.url, { stream: await streamOfFive(asked), ...options }),
    );
  }
});

recordedAnswers('the messages of the Read call, of a stream that has no events', (recorded) => {
  const notFound = { messages: [`STREAM_NOT_FOUND ${STREAM}`], status: done };
  const deleted = {
    messages: [],
    status: {
      code: 9,
      details: `Event stream '${STREAM}' is deleted.`,
      trailers: { exception: 'stream-deleted', 'stream-name': STREAM },
    },
  };
  const rows: readonly [entry: number, state: State, direction: 'forwards' | 'backwards', seen: object][] = [
    [56, 'missing', 'forwards', notFound],
    [57, 'missing', 'backwards', notFound],
    [58, 'soft-deleted', 'forwards', notFound],
    [59, 'tombstoned', 'forwards', deleted],
    [60, 'tombstoned', 'backwards', deleted],
  ];
  for (const [entry, state, direction, seen] of rows) {
    recorded({ probe: 5, entry, what: `${state}, ${direction}`, seen }, async (asked) =>
      readOnTheWire(asked.target.url, {
        stream: await streamThatIs(state, asked),
        ...(direction === 'backwards' && { backwards: true, from: 'end' }),
      }),
    );
  }
});

recordedAnswers('the messages of the Read call, of $all', (recorded) => {
  recorded(
    {
      probe: 5,
      entry: 61,
      what: 'forwards, 2',
      needs: 'a fresh store',
      seen: { messages: [eventAt(0, 1, '$$$scavenges'), eventAt(0, 2, 'orders-1')], status: done },
    },
    async ({ client, target }) => {
      await client.appendToStream('orders-1', events(3));
      return readOnTheWire(target.url, { count: 2 });
    },
  );

  recorded(
    {
      probe: 5,
      entry: 62,
      what: 'backwards from the end, 2',
      seen: { messages: [eventAt(8, 2), eventAt(7, 1)], status: done },
    },
    async ({ client, stream, target }) => {
      await client.appendToStream(stream(), events(9));
      return readOnTheWire(target.url, { backwards: true, from: 'end', count: 2 });
    },
  );

  recorded(
    { probe: 5, entry: 64, what: 'forwards from the end', seen: { messages: [], status: done } },
    async ({ client, stream, target }) => {
      await client.appendToStream(stream(), events(1));
      return readOnTheWire(target.url, { from: 'end' });
    },
  );
});
