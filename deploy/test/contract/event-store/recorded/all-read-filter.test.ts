import {
  BACKWARDS,
  END,
  eventTypeFilter,
  excludeSystemEvents,
  type Filter,
  type ReadAllOptions,
  streamNameFilter,
} from '@eventstore/db-client';
import { collected, event } from '../target.ts';
import { falling, inLine, rising, WHOLE_LOG, writeOrders } from './all-stage.ts';
import { type Asked, recordedAnswers } from './recorded.ts';
import { readOnTheWire, type WireFilter, type WireRead } from './wire.ts';

/** The client's readAll sends no filter, so its answers have everything; subscriptions are what it filters. */
recordedAnswers("the client's readAll does not filter", (recorded) => {
  const rows: readonly [entry: number, what: string, filter: Filter, options?: ReadAllOptions, seen?: string[]][] = [
    [19, 'stream prefix', streamNameFilter({ prefixes: ['orders-'] })],
    [20, 'stream prefixes', streamNameFilter({ prefixes: ['orders-', 'carts-'] })],
    [21, 'type prefix', eventTypeFilter({ prefixes: ['OrderP'] })],
    [22, 'type regex', eventTypeFilter({ regex: '^Order(Paid)$' })],
    [23, 'type regex without anchors', eventTypeFilter({ regex: 'aid' })],
    [24, 'stream regex', streamNameFilter({ regex: '^.*-1$' })],
    [25, 'system events excluded', excludeSystemEvents()],
    [26, 'at most 1', streamNameFilter({ prefixes: ['carts-'] }), { maxCount: 1 }, rising(WHOLE_LOG.slice(0, 1))],
    [27, 'at most 4', streamNameFilter({ prefixes: ['orders-'] }), { maxCount: 4 }, rising(WHOLE_LOG.slice(0, 4))],
    [28, 'search window 1', streamNameFilter({ prefixes: ['orders-'], maxSearchWindow: 1 }), { maxCount: 10 }],
    [
      29,
      'search window 2, at most 1',
      streamNameFilter({ prefixes: ['orders-3'], maxSearchWindow: 2 }),
      { maxCount: 1 },
      rising(WHOLE_LOG.slice(0, 1)),
    ],
    [
      30,
      'backwards from the end, at most 2',
      streamNameFilter({ prefixes: ['orders-'] }),
      { direction: BACKWARDS, fromPosition: END, maxCount: 2 },
      falling(['orders-3@0', '$$orders-1@0']),
    ],
    [31, 'an invalid regex', streamNameFilter({ regex: '(' })],
    [32, 'no match', streamNameFilter({ prefixes: ['nothing-'] })],
    [33, 'no prefix', streamNameFilter({ prefixes: [] })],
  ];
  for (const [entry, what, filter, options = {}, seen = rising(WHOLE_LOG)] of rows) {
    recorded({ probe: 6, entry, what, needs: 'a fresh store', seen }, async (asked) => {
      await writeOrders(asked);
      const withFilter = { ...options, filter };
      return (await collected(asked.client.readAll(withFilter))).map(inLine);
    });
  }
});

/** The stream and type of each event, which are appended one by one; revisions as they come. */
const LETTERS = [
  ['fa-1', 'Aa'],
  ['fa-2', 'Ab'],
  ['fb-1', 'Ba'],
  ['fa-1', 'Ab'],
  ['fb-1', 'Bb'],
  ['fb-2', 'Ba'],
  ['fa-3', 'Aa'],
] as const;

async function writeLetters({ client, stream }: Asked) {
  const names = new Map(['fa-1', 'fa-2', 'fa-3', 'fb-1', 'fb-2'].map((name) => [name, stream(name)]));
  const written = [];
  for (const [name, type] of LETTERS) {
    const unique = names.get(name) ?? name;
    const { nextExpectedRevision, position } = await client.appendToStream(unique, event(0, type));
    if (!position) throw new Error('an append of one event has a position');
    written.push({ position, line: `${unique}@${nextExpectedRevision} ${type} C:${position.commit}` });
  }
  return { names, written };
}

recordedAnswers('a filtered read of $all, on the wire', (recorded) => {
  recorded(
    {
      probe: 6,
      entry: 36,
      what: 'the log: seven events',
      seen: [
        'fa-1@0 Aa C:<1>',
        'fa-2@0 Ab C:<2>',
        'fb-1@0 Ba C:<3>',
        'fa-1@1 Ab C:<4>',
        'fb-1@1 Bb C:<5>',
        'fb-2@0 Ba C:<6>',
        'fa-3@0 Aa C:<7>',
      ],
    },
    async (asked) => (await writeLetters(asked)).written.map(({ line }) => line),
  );

  const streams = (...prefixes: string[]): WireFilter => ({ on: 'stream', prefixes });
  const types = (...prefixes: string[]): WireFilter => ({ on: 'type', prefixes });
  const backwards = { backwards: true, from: 'end' } as const;
  // A count counts the matches, and a search window cuts nothing short.
  const rows: readonly [entry: number, what: string, filter: WireFilter, read: WireRead, events: string[]][] = [
    [37, 'stream prefix fa-, 2', streams('fa-'), { count: 2 }, ['fa-1@0', 'fa-2@0']],
    [38, 'stream prefix fa-, 10', streams('fa-'), { count: 10 }, ['fa-1@0', 'fa-2@0', 'fa-1@1', 'fa-3@0']],
    [39, 'stream prefix fb-, 1', streams('fb-'), { count: 1 }, ['fb-1@0']],
    [
      40,
      'stream prefix fb-, 10, window 1',
      { ...streams('fb-'), window: 1 },
      { count: 10 },
      ['fb-1@0', 'fb-1@1', 'fb-2@0'],
    ],
    [41, 'stream prefix fa-3, 1, window 2', { ...streams('fa-3'), window: 2 }, { count: 1 }, ['fa-3@0']],
    [42, 'type prefix B, 10', types('B'), { count: 10 }, ['fb-1@0', 'fb-1@1', 'fb-2@0']],
    [43, 'type prefixes Aa and Bb, 10', types('Aa', 'Bb'), { count: 10 }, ['fa-1@0', 'fb-1@1', 'fa-3@0']],
    [44, 'type regex ^A[b]$', { on: 'type', regex: '^A[b]$' }, {}, ['fa-2@0', 'fa-1@1']],
    [45, 'type regex b', { on: 'type', regex: 'b' }, {}, ['fa-2@0', 'fa-1@1', 'fb-1@1']],
    [
      46,
      'stream regex with anchors',
      // The names of a case go on with what makes them unique.
      { on: 'stream', regex: '^f.-1-[-0-9a-f]{36}$' },
      {},
      ['fa-1@0', 'fb-1@0', 'fa-1@1', 'fb-1@1'],
    ],
    [47, 'no match', streams('nothing-'), {}, []],
    [
      49,
      'backwards from the end, stream prefix fa-, 2',
      streams('fa-'),
      { ...backwards, count: 2 },
      ['fa-3@0', 'fa-1@1'],
    ],
    [
      50,
      'backwards from the end, stream prefix fa-1, 10, window 1',
      { ...streams('fa-1'), window: 1 },
      { ...backwards, count: 10 },
      ['fa-1@1', 'fa-1@0'],
    ],
    [51, 'no prefix', streams(), {}, []],
  ];
  for (const [entry, what, filter, read, events] of rows) {
    const lines = read.backwards ? falling(events) : rising(events);
    const messages = lines.map((line) => `EVENT ${line} commit_position=${line.slice(line.lastIndexOf(':') + 1)}`);
    recorded({ probe: 6, entry, what, seen: { messages, status: { code: 0 } } }, (asked) =>
      readLetters(asked, { filter, ...read }),
    );
  }

  recorded(
    {
      probe: 6,
      entry: 48,
      what: 'an invalid regex',
      seen: { messages: [], status: { code: 2, details: 'Exception was thrown by handler.' } },
    },
    (asked) => readLetters(asked, { filter: { on: 'stream', regex: '(' } }),
  );
});

/** Reads forwards from the first of the seven, if not told otherwise; a prefix that is a stream's name means that stream. */
async function readLetters(asked: Asked, { filter, ...read }: WireRead & { filter: WireFilter }) {
  const { names, written } = await writeLetters(asked);
  const prefixes = filter.prefixes?.map((prefix) => names.get(prefix) ?? prefix);
  const [first] = written;
  return readOnTheWire(asked.target.url, {
    ...(first && { from: first.position }),
    ...read,
    filter: { ...filter, ...(prefixes && { prefixes }) },
  });
}
