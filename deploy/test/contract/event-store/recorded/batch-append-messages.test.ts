import { collected, event, events } from '../target.ts';
import { recordedAnswers } from './recorded.ts';
import { batchAppendOnTheWire, type WireAnswer } from './wire-append.ts';

/** What stands in every answer: the correlation id in the form in which it was sent, and never the expected position. */
const echo = { correlation: 'string', expectedEcho: 'EXPECTED_STREAM_POSITION_NOT_SET' };

const wrongVersion = { code: 6, message: 'WrongExpectedVersion' };
const details = 'type.googleapis.com/event_store.client.WrongExpectedVersion';

recordedAnswers('the messages of the BatchAppend call', (recorded) => {
  recorded(
    {
      probe: 2,
      entry: 76,
      what: 'success, the wrong expected version against each state, and a tombstoned stream',
      seen: {
        out: [
          {
            ...echo,
            stream: 'p2wire-present-65',
            error: {
              ...wrongVersion,
              details,
              wev: {
                currentStreamRevision: '3',
                currentNoStream: undefined,
                expectedStreamPosition: '0',
                expectedAny: undefined,
                expectedStreamExists: undefined,
                expectedNoStream: {},
              },
            },
          },
          {
            ...echo,
            stream: 'p2wire-present-65',
            error: {
              ...wrongVersion,
              details,
              wev: {
                currentStreamRevision: '3',
                currentNoStream: undefined,
                expectedStreamPosition: '7',
                expectedAny: undefined,
                expectedStreamExists: undefined,
                expectedNoStream: undefined,
              },
            },
          },
          { ...echo, stream: 'p2wire-present-65', success: { current: '3', position: 'C:<1>/P:<1>' } },
          {
            ...echo,
            stream: 'p2wire-missing',
            error: {
              ...wrongVersion,
              details,
              wev: {
                currentStreamRevision: '0',
                currentNoStream: {},
                expectedStreamPosition: '0',
                expectedAny: undefined,
                expectedStreamExists: {},
                expectedNoStream: undefined,
              },
            },
          },
          {
            ...echo,
            stream: 'p2wire-missing',
            error: {
              ...wrongVersion,
              details,
              wev: {
                currentStreamRevision: '0',
                currentNoStream: {},
                expectedStreamPosition: '0',
                expectedAny: undefined,
                expectedStreamExists: undefined,
                expectedNoStream: undefined,
              },
            },
          },
          {
            ...echo,
            stream: 'p2wire-tombstoned-66',
            error: {
              code: 5,
              message: 'StreamDeleted',
              details: 'type.googleapis.com/event_store.client.StreamDeleted',
            },
          },
        ],
      },
    },
    async ({ client, stream, target }) => {
      const present = stream('p2wire-present-65');
      const missing = stream('p2wire-missing');
      const tombstoned = stream('p2wire-tombstoned-66');
      await client.appendToStream(present, events(3));
      await client.appendToStream(tombstoned, event(0));
      await client.tombstoneStream(tombstoned);
      const { out } = await batchAppendOnTheWire(
        target.url,
        [
          { stream: present, expected: 'any' },
          { stream: present, expected: 'no_stream' },
          { stream: present, expected: 7n },
          { stream: missing, expected: 'stream_exists' },
          { stream: missing, expected: 0n },
          { stream: tombstoned, expected: 'any' },
        ],
        { answers: 6 },
      );
      // In the order of the record; an answer that waits for the disk may be overtaken by one that need not.
      const ofStream = (name: string) => out.filter((answer) => answer.stream === name);
      const [refused, written] = [({ error }: WireAnswer) => error, ({ success }: WireAnswer) => success];
      const ofPresent = [...ofStream(present).filter(refused), ...ofStream(present).filter(written)];
      return { out: [...ofPresent, ...ofStream(missing), ...ofStream(tombstoned)] };
    },
  );

  recorded(
    {
      probe: 2,
      entry: 77,
      what: 'two messages under one correlation id, the first not final, are one append with one answer',
      seen: { out: [{ ...echo, stream: 'p4w-two', success: { current: '2', position: 'C:<1>/P:<1>' } }] },
    },
    async ({ stream, target }) => {
      const name = stream('p4w-two');
      const correlation = '0f1e2d3c-4b5a-4978-8697-a5b4c3d2e1f0';
      return batchAppendOnTheWire(
        target.url,
        [
          { stream: name, correlation, events: [{}, {}], final: false },
          { correlation, events: [{}] },
        ],
        { answers: 1 },
      );
    },
  );

  recorded(
    {
      probe: 4,
      entry: 54,
      what: 'appends without events are answered with the revision that there is, or none, and a new position each',
      seen: {
        out: [
          { ...echo, stream: 'p4w-missing', success: { current: 'no_stream', position: 'C:<1>/P:<1>' } },
          { ...echo, stream: 'p4w-missing', success: { current: 'no_stream', position: 'C:<2>/P:<2>' } },
          { ...echo, stream: 'p4w-present-3', success: { current: '2', position: 'C:<3>/P:<3>' } },
          { ...echo, stream: 'p4w-present-3', success: { current: '2', position: 'C:<4>/P:<4>' } },
        ],
      },
    },
    async ({ client, stream, target }) => {
      const missing = stream('p4w-missing');
      const present = stream('p4w-present-3');
      await client.appendToStream(present, events(3));
      return batchAppendOnTheWire(
        target.url,
        [
          { stream: missing, expected: 'any', events: [] },
          { stream: missing, expected: 'no_stream', events: [] },
          { stream: present, expected: 'any', events: [] },
          { stream: present, expected: 2n, events: [] },
        ],
        { answers: 4 },
      );
    },
  );

  recorded(
    {
      probe: 4,
      entry: 55,
      what: 'appends without events leave nothing in $all',
      seen: ['p4w-present-3@2', 'p4w-present-3@1'],
    },
    async ({ client, stream, target }) => {
      const missing = stream('p4w-missing');
      const present = stream('p4w-present-3');
      await client.appendToStream(present, events(3));
      const nothing = [
        { stream: missing, events: [] },
        { stream: present, events: [] },
      ];
      await batchAppendOnTheWire(target.url, nothing, { answers: 2 });
      const newest = client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 100 });
      // Others may write into the store at the same time.
      const ours = (await collected(newest)).flatMap(({ event: stored }) =>
        stored && [missing, present].includes(stored.streamId) ? `${stored.streamId}@${stored.revision}` : [],
      );
      return ours.slice(0, 2);
    },
  );
});
