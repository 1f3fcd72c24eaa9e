import { type InPieces, inPieces } from './pieces.ts';
import { type MovementArrays, sortByDate } from './sort-by-date.ts';
import { mostChildren, TimelineBranch } from './timeline-branch.ts';
import { int64, mostInstants, TimelineLeaf } from './timeline-leaf.ts';
import type { TimelinePart } from './timeline-part.ts';

/**
 * The tree of movements in any order, all its nodes full but the last of each level; nothing where there are none.
 * @throws RangeError where what moves at one instant is beyond 64 bits
 */
export function* treeOf(movements: MovementArrays): InPieces<TimelinePart | undefined> {
  const { dates, deltas } = yield* mergeInstants(yield* sortByDate(movements));
  let parts: readonly TimelinePart[] = yield* inRuns(
    dates.length,
    mostInstants,
    (from, to) => new TimelineLeaf(dates.subarray(from, to), deltas.subarray(from, to)),
  );
  while (parts.length > 1) {
    const children = parts;
    parts = yield* inRuns(children.length, mostChildren, (from, to) => new TimelineBranch(children.slice(from, to)));
  }
  return parts[0];
}

/** One movement for each instant. */
function* mergeInstants({ dates, deltas }: MovementArrays): InPieces<MovementArrays> {
  const merged = { dates: new Float64Array(dates.length), deltas: new BigInt64Array(dates.length) };
  let last = -1;
  yield* inPieces(dates.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const at = dates[i] ?? 0;
      if (last < 0 || merged.dates[last] !== at) merged.dates[++last] = at;
      merged.deltas[last] = int64((merged.deltas[last] ?? 0n) + (deltas[i] ?? 0n));
    }
  });
  return { dates: merged.dates.subarray(0, last + 1), deltas: merged.deltas.subarray(0, last + 1) };
}

/** What is made of a number of things, of at most so many at a time. */
function* inRuns<Made>(count: number, most: number, make: (from: number, to: number) => Made): InPieces<Made[]> {
  const made: Made[] = [];
  // Pieces are whole runs, but for the last.
  yield* inPieces(count, (first, end) => {
    for (let from = first; from < end; from += most) made.push(make(from, Math.min(from + most, end)));
  });
  return made;
}
