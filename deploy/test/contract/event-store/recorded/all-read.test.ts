import { BACKWARDS, END, type ReadAllOptions, START } from '@eventstore/db-client';
import { collected } from '../target.ts';
import {
  atRanks,
  falling,
  inFields,
  inLine,
  type Log,
  rising,
  WHOLE_LOG,
  WHOLE_LOG_IN_FIELDS,
  writeGone,
  writeOrders,
} from './all-stage.ts';
import { recordedAnswers } from './recorded.ts';

const [SCAVENGES] = WHOLE_LOG_IN_FIELDS;

/** The position of the client's n-th event, counted from 1. */
function at(positions: Log['positions'], n: number) {
  const position = positions[n - 1];
  if (!position) throw new Error(`there is no event ${n}`);
  return position;
}

recordedAnswers('$all of a store that nobody has written to', (recorded) => {
  recorded(
    {
      probe: 6,
      entry: 0,
      what: 'has one event of the system',
      needs: 'a fresh store',
      seen: atRanks([{ ...SCAVENGES, isJson: true, metadata: undefined }]),
    },
    async ({ client }) => (await collected(client.readAll())).map(inFields),
  );

  recorded(
    { probe: 6, entry: 1, what: 'has it backwards too', needs: 'a fresh store', seen: ['$$$scavenges:0'] },
    async ({ client }) => {
      const all = await collected(client.readAll({ direction: BACKWARDS, fromPosition: END }));
      return all.map(({ event }) => `${event?.streamId}:${event?.revision}`);
    },
  );

  // Once in memory, once on disk; the node of a case is on disk.
  const lines = ['$$$scavenges@0 $metadata C:<1>/P:<1>'];
  const rows: readonly [entry: number, what: string, restarted: boolean][] = [
    [53, 'has it on disk', false],
    [54, 'has nothing more after a restart', true],
  ];
  for (const [entry, what, restarted] of rows) {
    recorded({ probe: 6, entry, what, needs: 'a fresh store', seen: lines }, async ({ client, target }) => {
      if (restarted) await target.restart?.();
      const all = await collected(client.readAll());
      return all.map((each) => inLine(each).replace(' ', ` ${each.event?.type} `));
    });
  }
});

recordedAnswers('the log of seven events and metadata among them', (recorded) => {
  const appends: readonly [entry: number, what: string, nextExpectedRevision: bigint][] = [
    [2, 'three events in one append', 2n],
    [3, 'one', 0n],
    [4, 'two', 1n],
    [5, 'metadata', 0n],
    [6, 'one more', 0n],
  ];
  for (const [i, [entry, what, nextExpectedRevision]] of appends.entries()) {
    const seen = { success: true, nextExpectedRevision, position: '<1>' };
    recorded({ probe: 6, entry, what, seen }, async (asked) => (await writeOrders(asked)).appends[i]);
  }

  recorded(
    {
      probe: 6,
      entry: 7,
      what: 'has a position of its own for each event, commit and prepare alike',
      needs: 'a fresh store',
      seen: atRanks(WHOLE_LOG_IN_FIELDS),
    },
    async (asked) => {
      await writeOrders(asked);
      return (await collected(asked.client.readAll())).map(inFields);
    },
  );

  recorded(
    {
      probe: 6,
      entry: 8,
      what: 'has events with the same fields as a stream',
      seen: {
        event: {
          streamId: 'orders-1',
          revision: 0n,
          type: 'OrderPlaced',
          data: { n: 'a' },
          metadata: undefined,
          isJson: true,
          position: '<1>',
        },
        link: undefined,
        commitPosition: '<1>',
      },
    },
    async (asked) => {
      const { positions } = await writeOrders(asked);
      const [first] = await collected(asked.client.readAll({ fromPosition: at(positions, 1), maxCount: 1 }));
      return first;
    },
  );
});

recordedAnswers('a read of $all', (recorded) => {
  const unexpectedResult = {
    error: 'UnknownError',
    type: 'unknown',
    code: 2,
    message: '2 UNKNOWN: Unexpected ReadAllResult: Error',
  };
  const rows: readonly [entry: number, what: string, options: (log: Log) => ReadAllOptions, seen: unknown][] = [
    [
      9,
      'backwards from the end, 3',
      () => ({ direction: BACKWARDS, fromPosition: END, maxCount: 3 }),
      falling(['orders-3@0', '$$orders-1@0', 'carts-1@1']),
    ],
    [
      10,
      'forwards includes the event at the position',
      ({ positions }) => ({ fromPosition: at(positions, 2), maxCount: 3 }),
      rising(['orders-1@1', 'orders-1@2', 'orders-2@0']),
    ],
    [
      11,
      'backwards excludes it',
      ({ positions }) => ({ direction: BACKWARDS, fromPosition: at(positions, 4), maxCount: 3 }),
      falling(['orders-1@2', 'orders-1@1', 'orders-1@0']),
    ],
    [
      12,
      'from a position where no event is',
      ({ positions }) => {
        const { commit, prepare } = at(positions, 2);
        return { fromPosition: { commit: commit + 1n, prepare: prepare + 1n } };
      },
      unexpectedResult,
    ],
    [13, 'from past the end', () => ({ fromPosition: { commit: 2n ** 40n, prepare: 2n ** 40n } }), []],
    [14, 'forwards from the end', () => ({ fromPosition: END }), []],
    [15, 'backwards from the start', () => ({ direction: BACKWARDS, fromPosition: START }), []],
    [
      16,
      'from a position with prepare above commit',
      ({ positions }) => {
        const { commit, prepare } = at(positions, 2);
        return { fromPosition: { commit, prepare: prepare + 1n } };
      },
      { ...unexpectedResult, message: '2 UNKNOWN: Exception was thrown by handler.' },
    ],
  ];
  for (const [entry, what, options, seen] of rows) {
    recorded({ probe: 6, entry, what, seen }, async (asked) => {
      const log = await writeOrders(asked);
      return (await collected(asked.client.readAll(options(log)))).map(inLine);
    });
  }

  recorded(
    { probe: 6, entry: 18, what: 'forwards, 1', needs: 'a fresh store', seen: rising(WHOLE_LOG.slice(0, 1)) },
    async (asked) => {
      await writeOrders(asked);
      return (await collected(asked.client.readAll({ maxCount: 1 }))).map(inLine);
    },
  );

  const json = { type: 'T', isJson: true };
  const metadata = { type: '$metadata', isJson: true };
  recorded(
    {
      probe: 6,
      entry: 34,
      what: 'shows what was deleted and tombstoned, and that it was',
      seen: [
        {
          stream: 'gone-hard',
          rev: 2n ** 63n - 1n,
          type: '$streamDeleted',
          data: { bytes: 0, utf8: '', ctor: 'Uint8Array' },
          isJson: false,
        },
        { ...json, stream: 'gone-hard', rev: 1n, data: { n: 'h2' } },
        { ...json, stream: 'gone-hard', rev: 0n, data: { n: 'h1' } },
        // 2^63 - 1 as JSON has it.
        { ...metadata, stream: '$$gone-soft', rev: 0n, data: { $tb: 2 ** 63 } },
        { ...json, stream: 'gone-soft', rev: 1n, data: { n: 's2' } },
        { ...json, stream: 'gone-soft', rev: 0n, data: { n: 's1' } },
        { ...json, stream: 'orders-3', rev: 0n, type: 'OrderPlaced', data: { n: 'g' } },
        { ...metadata, stream: '$$orders-1', rev: 0n, data: { $maxCount: 100 } },
      ].map((fields, i) => ({ ...fields, pos: `<${8 - i}>` })),
    },
    async (asked) => {
      await writeOrders(asked);
      await writeGone(asked);
      const tail = asked.client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 8 });
      return (await collected(tail)).map((each) => ({ ...inFields(each), pos: each.event?.position }));
    },
  );
});
