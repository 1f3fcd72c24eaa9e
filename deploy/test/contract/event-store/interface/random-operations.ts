import fc from 'fast-check';

/**
 * Random operations on a few streams. They name what they mean by its place, such as the newest append but one, so that
 * one is still an operation when others before it are taken away.
 */

export const STREAMS = 3;

/** Events of an append: new ones, or those of an append that was taken before, as they were or some of them. */
export type Pick =
  | { readonly kind: 'fresh'; readonly count: number }
  | {
      readonly kind: 'known';
      /** Counted from the newest append. */
      readonly ago: number;
      readonly part: 'all' | 'head' | 'tail' | 'reversed' | 'doubled';
      readonly otherData: boolean;
    };

export type Expected =
  | 'any'
  | 'no_stream'
  /** The revision that the stream was at before the known events were appended; `any` where none is known. */
  | 'as before them'
  /** So many revisions from the last one. */
  | { readonly fromEnd: number };

export interface Append {
  readonly do: 'append';
  /** undefined: that of the known events. */
  readonly stream: number | undefined;
  readonly events: readonly Pick[];
  readonly expected: Expected;
}

export type Operation =
  | Append
  /** The very same append again. */
  | { readonly do: 'resend'; readonly ago: number }
  | { readonly do: 'read'; readonly stream: number; readonly from: number; readonly limit: number | undefined }
  | { readonly do: 'readLast'; readonly stream: number }
  /** From the event in that place of all that there are. */
  | { readonly do: 'readAllForwards'; readonly from: number; readonly limit: number }
  | { readonly do: 'readAllBackwards'; readonly limit: number }
  | { readonly do: 'setMaxCount'; readonly stream: number; readonly maxCount: number };

const stream = fc.nat({ max: STREAMS - 1 });
const ago = fc.nat({ max: 4 });
const limit = fc.integer({ min: 1, max: 6 });

const fresh: fc.Arbitrary<Pick> = fc.record({ kind: fc.constant('fresh'), count: fc.integer({ min: 1, max: 3 }) });

const known: fc.Arbitrary<Pick> = fc.record({
  kind: fc.constant('known'),
  ago,
  part: fc.constantFrom('all', 'head', 'tail', 'reversed', 'doubled'),
  otherData: fc.boolean(),
});

/** Weighed so that most appends are one that a rule of its own decides. */
const append: fc.Arbitrary<Append> = fc.record({
  do: fc.constant('append'),
  stream: fc.option(stream, { nil: undefined, freq: 1 }),
  events: fc.oneof(
    { withCrossShrink: true },
    { arbitrary: fc.constant([]), weight: 1 },
    { arbitrary: fc.tuple(fresh), weight: 6 },
    { arbitrary: fc.tuple(known), weight: 6 },
    { arbitrary: fc.tuple(known, fresh), weight: 3 },
    { arbitrary: fc.tuple(fresh, known), weight: 2 },
    { arbitrary: fc.tuple(known, known), weight: 2 },
  ),
  expected: fc.oneof(
    { arbitrary: fc.constantFrom('any', 'as before them'), weight: 3 },
    { arbitrary: fc.constant('no_stream'), weight: 1 },
    { arbitrary: fc.record({ fromEnd: fc.integer({ min: -4, max: 2 }) }), weight: 2 },
  ),
});

const other: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ do: fc.constant('resend'), ago }),
  fc.record({
    do: fc.constant('read'),
    stream,
    from: fc.nat({ max: 12 }),
    limit: fc.option(limit, { nil: undefined }),
  }),
  fc.record({ do: fc.constant('readLast'), stream }),
  fc.record({ do: fc.constant('readAllForwards'), from: fc.nat({ max: 30 }), limit }),
  fc.record({ do: fc.constant('readAllBackwards'), limit }),
  fc.record({ do: fc.constant('setMaxCount'), stream, maxCount: fc.nat({ max: 4 }) }),
);

export const operations = (maxLength: number): fc.Arbitrary<Operation[]> =>
  fc.array(fc.oneof({ arbitrary: append, weight: 2 }, { arbitrary: other, weight: 1 }), { maxLength, size: 'max' });
