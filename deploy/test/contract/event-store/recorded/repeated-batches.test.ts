import type { AppendExpectedRevision } from '@eventstore/db-client';
import { at, type Entries, expectedInWords } from './append-answers.ts';
import { type Append, recordedRepeats } from './repeats.ts';

type Row = readonly [
  repeat: string,
  /** The revision of a success; refused is WrongExpectedVersionError with the stream's last revision. */
  answer: bigint | 'refused',
  entry: Entries,
  /** The entry of a read afterwards, where there is one. */
  read?: Entries,
];

interface Block {
  /** Of the first append and of its repeats. */
  readonly expected: AppendExpectedRevision;
  readonly base?: Append;
  /** What the stream holds after the first append, and after one that is written on top of it. */
  readonly holds: string;
  readonly more?: string;
  readonly last: bigint;
  readonly first: Entries;
  readonly repeats: readonly Row[];
}

const base: Append = ['base', 'any'];

/** [a, b, c] is written in one append; then come repeats of all or some of them. d and new were never written. */
const blocks: readonly Block[] = [
  {
    expected: 'any',
    holds: '0:"a" 1:"b" 2:"c"',
    more: ' 3:"new" 4:"a"',
    last: 2n,
    first: at(21, 105),
    repeats: [
      ['a b c', 2n, at(22, 106)],
      ['a b', 1n, at(23, 107)],
      ['a', 0n, at(24, 108)],
      ['b c', 2n, at(25, 109)],
      ['c', 2n, at(26, 110)],
      // The order is not checked.
      ['b a c', 2n, at(27, 111)],
      ['b c d', 'refused', at(28, 112), at(29, 113)],
      ['a b c d', 'refused', at(30, 114), at(31, 115)],
      // Only the first id decides: both are written, a for the second time.
      ['new a', 4n, at(32, 116), at(33, 117)],
    ],
  },
  {
    expected: 'no_stream',
    holds: '0:"a" 1:"b" 2:"c"',
    last: 2n,
    first: at(34, 118),
    repeats: [
      ['a b c', 2n, at(35, 119)],
      ['a b', 1n, at(36, 120)],
      ['a', 0n, at(37, 121)],
      ['b c', 'refused', at(38, 122)],
      ['c', 'refused', at(39, 123)],
      ['b a c', 'refused', at(40, 124)],
      ['b c d', 'refused', at(41, 125), at(42, 126)],
      ['a b c d', 'refused', at(43, 127), at(44, 128)],
      ['new a', 'refused', at(45, 129), at(46, 130)],
    ],
  },
  {
    expected: 0n,
    base,
    holds: '0:"base" 1:"a" 2:"b" 3:"c"',
    last: 3n,
    first: at(47, 131),
    repeats: [
      ['a b c', 3n, at(48, 132)],
      ['a b', 2n, at(49, 133)],
      ['a', 1n, at(50, 134)],
      ['b c', 'refused', at(51, 135)],
      ['c', 'refused', at(52, 136)],
      ['b a c', 'refused', at(53, 137)],
      ['b c d', 'refused', at(54, 138), at(55, 139)],
      ['a b c d', 'refused', at(56, 140), at(57, 141)],
      ['new a', 'refused', at(58, 142), at(59, 143)],
    ],
  },
  {
    expected: 'stream_exists',
    base,
    holds: '0:"base" 1:"a" 2:"b" 3:"c"',
    more: ' 4:"new" 5:"a"',
    last: 3n,
    first: at(60, 144),
    repeats: [
      ['a b c', 3n, at(61, 145)],
      ['a b', 2n, at(62, 146)],
      ['a', 1n, at(63, 147)],
      ['b c', 3n, at(64, 148)],
      ['c', 3n, at(65, 149)],
      ['b a c', 3n, at(66, 150)],
      ['b c d', 'refused', at(67, 151), at(68, 152)],
      ['a b c d', 'refused', at(69, 153), at(70, 154)],
      ['new a', 5n, at(71, 155), at(72, 156)],
    ],
  },
];

for (const { expected, base: before, holds, more = '', last, first, repeats } of blocks) {
  const given = before ? [before] : [];
  const abc: Append = ['a b c', expected];
  recordedRepeats(`events of one append again, ${expectedInWords(expected)}`, [
    [given, abc, last, first, holds],
    ...repeats.map(([repeat, answer, entry, read]) => {
      const asks: Append = [repeat, expected];
      const wrote = typeof answer === 'bigint' && answer > last;
      return [
        [...given, abc],
        asks,
        answer === 'refused' ? { actual: last } : answer,
        entry,
        wrote ? holds + more : holds,
        read,
      ] as const;
    }),
  ]);
}
