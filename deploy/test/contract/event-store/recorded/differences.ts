/**
 * Recorded answers that the embedded node gives differently, on purpose. Each reason stands in the README in the very
 * same words.
 */
export interface Difference {
  readonly probe: number;
  readonly entries: readonly number[];
  readonly why: string;
}

export const differences: readonly Difference[] = [
  {
    probe: 1,
    entries: [1],
    why: '`ServerFeatures` lists only the methods that the node has.',
  },
  {
    probe: 5,
    entries: [43],
    why: 'An event whose data are `undefined` fails within the client: no server is asked.',
  },
  {
    probe: 5,
    entries: [63],
    why: '`readAll` with `maxCount` 0 is answered with nothing (the real server never answers).',
  },
  {
    probe: 6,
    entries: [17, 52],
    why: '`readAll` with `maxCount` 0 is answered with nothing (the real server never answers).',
  },
  {
    probe: 10,
    entries: [38, 39, 40, 105],
    why: 'A refused malformed append is answered once (there twice, which breaks the client).',
  },
  {
    probe: 11,
    entries: [4],
    why: 'It speaks gRPC only: there is no HTTP beside it (`/info`, `/health/live`, `/stats`, `/gossip`).',
  },
];
