/**
 * The exact percentile by nearest rank: the smallest of the values that at least `percent` % of them don't exceed.
 * @param sorted from the smallest on
 * @param percent above 0, at most 100
 * @throws RangeError where there is no value
 */
export function percentile(sorted: Float64Array, percent: number): number {
  const value = sorted[Math.ceil((sorted.length * percent) / 100) - 1];
  if (value === undefined) throw new RangeError('no values, no percentile');
  return value;
}
