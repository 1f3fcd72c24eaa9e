/** Work that can be interrupted wherever it yields, between pieces of some milliseconds. */
export type InPieces<Result> = Generator<undefined, Result, undefined>;

/** Movements, or what is made of so many, that are gone through in one piece. */
const pieceLength = 2 ** 16;

/** Goes through so many places piece by piece. What is short is one piece. */
export function* inPieces(count: number, goThrough: (from: number, to: number) => void): InPieces<void> {
  for (let from = 0; from < count; from += pieceLength) {
    if (from > 0) yield;
    goThrough(from, Math.min(from + pieceLength, count));
  }
}

/** Does all the work at once. */
export function allAtOnce<Result>(work: InPieces<Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Does the work with a pause between the pieces, so that others have their turn. */
export async function withPauses<Result>(work: InPieces<Result>, pause: () => Promise<unknown>): Promise<Result> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    await pause();
  }
}
