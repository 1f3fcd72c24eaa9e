/**
 * Recorded answers that the embedded node gives differently, on purpose. Each reason stands in the node's README in the very
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
];
