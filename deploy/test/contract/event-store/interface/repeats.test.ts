import { randomUUID } from 'node:crypto';
import type { EventStore, ExpectedRevision } from '@ledger/shared/event-store/event-store';
import { expect } from 'chai';
import { freshStream } from '../target.ts';
import { answerTo, eventOf, held, namedEvents, type Refusal, TIMEOUT_MS } from './answers.ts';
import { everyStore, withFreshStore } from './every-store.ts';

/** The names of the events of one append, with blanks between them, and its expected revision. */
type Append = readonly [names: string, expected: ExpectedRevision];
type Answer = number | Extract<Refusal, 'wrong revision'>;

/** A history of appends in which the same name is the same event id, how the last one is answered, and what the stream holds then. */
type Repeat = readonly [given: readonly Append[], asks: Append, answer: Answer, holds: string];

const e0: Append = ['e0', 'no_stream'];
const e1Exact: Append = ['e1', 0];
const e1Any: Append = ['e1', 'any'];
const e2: Append = ['e2', 'any'];
const two = '0:"e0" 1:"e1"';
const three = '0:"e0" 1:"e1" 2:"e2"';
const ww: Append = ['w w', 'any'];

/** repeated-event-ids: 3/0-9, 14-20, 75-79. */
const single: readonly Repeat[] = [
  [[e0], e1Exact, 1, two],
  [[e0, e1Exact], e1Exact, 1, two],
  [[e0, e1Exact, e2], e1Exact, 1, three],
  // Not the revision at which it was written.
  [[e0, e1Exact, e2], ['e1', 1], 'wrong revision', three],
  // The revision that the stream is at: it is written once more.
  [[e0, e1Exact], ['e1', 1], 2, '0:"e0" 1:"e1" 2:"e1"'],
  [[e0], e1Any, 1, two],
  [[e0, e1Any], e1Any, 1, two],
  [[e0, e1Any, e2], e1Any, 1, three],
  [[], e0, 0, '0:"e0"'],
  [[e0], e0, 0, '0:"e0"'],
  [[e0, e1Any], e0, 0, two],
  [[e0, e1Any], ['new', 'no_stream'], 'wrong revision', two],
  [[], ww, 1, '0:"w" 1:"w"'],
  [[ww], ['w w', 'no_stream'], 1, '0:"w" 1:"w"'],
  [[ww], ['w', 'no_stream'], 0, '0:"w" 1:"w"'],
];

/** [a, b, c] is written in one append; then come repeats of all or some of them. d and new were never written. */
interface Batch {
  readonly given: readonly Append[];
  readonly holds: string;
  readonly expected: ExpectedRevision;
  readonly answers: readonly [repeat: string, answer: Answer][];
}

const refusedByRevision: Batch['answers'] = [
  ['b c', 'wrong revision'],
  ['c', 'wrong revision'],
  ['b a c', 'wrong revision'],
  ['b c d', 'wrong revision'],
  ['a b c d', 'wrong revision'],
  ['new a', 'wrong revision'],
];

/** repeated-batches: 3/21-33 (any), 34-46 (no_stream), 47-59 (exact). */
const batches: readonly Batch[] = [
  {
    given: [['a b c', 'any']],
    holds: '0:"a" 1:"b" 2:"c"',
    expected: 'any',
    answers: [
      ['a b c', 2],
      ['a b', 1],
      ['a', 0],
      ['b c', 2],
      ['c', 2],
      // The order is not checked.
      ['b a c', 2],
      ['b c d', 'wrong revision'],
      ['a b c d', 'wrong revision'],
    ],
  },
  {
    given: [['a b c', 'no_stream']],
    holds: '0:"a" 1:"b" 2:"c"',
    expected: 'no_stream',
    answers: [['a b c', 2], ['a b', 1], ['a', 0], ...refusedByRevision],
  },
  {
    given: [
      ['base', 'any'],
      ['a b c', 0],
    ],
    holds: '0:"base" 1:"a" 2:"b" 3:"c"',
    expected: 0,
    answers: [['a b c', 3], ['a b', 2], ['a', 1], ...refusedByRevision],
  },
];

const repeats: readonly Repeat[] = [
  ...single,
  ...batches.flatMap(({ given, holds, expected, answers }) =>
    answers.map(([repeat, answer]): Repeat => [given, [repeat, expected], answer, holds]),
  ),
  // Only the first id decides: both are written, a for the second time.
  [[['a b c', 'any']], ['new a', 'any'], 4, '0:"a" 1:"b" 2:"c" 3:"new" 4:"a"'],
];

const inWords = ([names, expected]: Append) => `[${names.replaceAll(' ', ', ')}] at ${expected}`;

/** Appends in turn; each one's answer. */
async function appended(
  store: EventStore,
  stream: string,
  named: ReturnType<typeof namedEvents>,
  appends: readonly Append[],
) {
  const answers = [];
  for (const [names, expected] of appends) {
    answers.push(await answerTo(store.append(stream, named(names), expected, TIMEOUT_MS)));
  }
  return answers;
}

everyStore('repeats', (store, kind) => {
  for (const [given, asks, answer, holds] of repeats) {
    it(`${inWords(asks)} after ${given.map(inWords).join(', ') || 'nothing'}: ${answer}`, async () => {
      const stream = freshStream();
      const answers = await appended(store(), stream, namedEvents(), [...given, asks]);
      expect(answers.at(-1)).to.equal(answer);
      expect(await held(store(), stream)).to.equal(holds);
    });
  }

  /** repeated-event-ids: 3/10, 11; ../append.test.ts: the same id with other data, of two appends that both expect it to be new. */
  for (const expected of ['any', 'no_stream', 0] as const) {
    it(`with other data and type under the same id, at ${expected}: answered as the first; its data stay`, async () => {
      const stream = freshStream();
      if (expected === 0) await store().append(stream, [eventOf('e0')], 'no_stream', TIMEOUT_MS);
      const [first, later] = [eventOf(70), eventOf('later')];
      const revision = await answerTo(store().append(stream, [first], expected, TIMEOUT_MS));
      expect(revision).to.equal(expected === 0 ? 1 : 0);
      await store().append(stream, [later], 'any', TIMEOUT_MS);
      const other = eventOf(30, { id: first.id, type: 'Other', metadata: { by: 'another' } });
      expect(await answerTo(store().append(stream, [other], expected, TIMEOUT_MS))).to.equal(revision);
      const before = expected === 0 ? '0:"e0" 1:70 2:"later"' : '0:70 1:"later"';
      expect(await held(store(), stream)).to.equal(before);
    });
  }

  /** repeated-event-ids: 3/73, 74. */
  it('of an id of another stream is written', async () => {
    const [first, second] = [freshStream(), freshStream()];
    const named = namedEvents();
    expect(await appended(store(), first, named, [['z', 'any']])).to.deep.equal([0]);
    expect(await appended(store(), second, named, [['z', 'any']])).to.deep.equal([0]);
    expect(await held(store(), second)).to.equal('0:"z"');
  });

  /** repeats-later: 3/177-179. */
  it('after 30 MB and 40,000 events elsewhere are known', async () => {
    const [stream, elsewhere] = [freshStream(), freshStream()];
    const named = namedEvents();
    await appended(store(), stream, named, [
      ['first', 'no_stream'],
      ['second', 'any'],
    ]);
    for (let i = 0; i < 30; i++) await store().append(elsewhere, [eventOf('x'.repeat(1_000_000))], 'any', TIMEOUT_MS);
    for (let i = 0; i < 40; i++) {
      const thousand = Array.from({ length: 1000 }, (_, n) => eventOf(n));
      await store().append(elsewhere, thousand, 'any', TIMEOUT_MS);
    }
    const again: Append[] = [
      ['second', 'any'],
      ['first', 'no_stream'],
    ];
    expect(await appended(store(), stream, named, again)).to.deep.equal([1, 0]);
    expect(await held(store(), stream)).to.equal('0:"first" 1:"second"');
  });

  /** repeats-later: 3/173, 174, 176. What tells repeats at any revision is kept in memory only. */
  withFreshStore('after a restart: written again at any, known at no_stream and exactly', kind, async (opened) => {
    const rows: readonly [given: Append[], again: Append, answer: number, holds: string][] = [
      [[], ['i', 'any'], 1, '0:"i" 1:"i"'],
      [[], ['i', 'no_stream'], 0, '0:"i"'],
      [[['base', 'any']], ['i', 0], 1, '0:"base" 1:"i"'],
    ];
    const { store: restarted, restart } = opened;
    const written = [];
    for (const row of rows) {
      const [given, again] = row;
      const [stream, named] = [freshStream(), namedEvents()];
      await appended(restarted, stream, named, [...given, again]);
      written.push({ row, stream, named });
    }
    await restart();
    for (const { row, stream, named } of written) {
      const [, again, answer, holds] = row;
      expect(await appended(restarted, stream, named, [again]), inWords(again)).to.deep.equal([answer]);
      expect(await held(restarted, stream), inWords(again)).to.equal(holds);
    }
  });

  /** Not recorded: an id counts for the stream that it was written to last, as IndexWriter's cache of ids in the real server. */
  it('of an id that another stream has taken since are written at any, and known exactly', async () => {
    const [first, second] = [freshStream(), freshStream()];
    const event = eventOf('shared', { id: randomUUID() });
    const append = (stream: string, expected: ExpectedRevision) =>
      answerTo(store().append(stream, [event], expected, TIMEOUT_MS));
    expect(await append(first, 'any')).to.equal(0);
    expect(await append(second, 'any')).to.equal(0);
    expect(await append(first, 'no_stream')).to.equal(0);
    expect(await append(first, 'any')).to.equal(1);
    expect(await append(second, 'any')).to.equal(1);
  });
});
