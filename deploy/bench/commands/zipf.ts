/**
 * Zipf's distribution with exponent 1: of `count` things, the one of rank k (from 0) comes with a probability
 * proportional to 1 / (k + 1).
 * @returns the rank for a number from 0 (included) to 1 (excluded), by inversion of the distribution function
 */
export function zipf(count: number): (uniform: number) => number {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank += 1) {
    sum += 1 / (rank + 1);
    sums[rank] = sum;
  }
  return function rankOf(uniform) {
    const wanted = uniform * sum;
    let low = 0;
    let high = count - 1;
    // The first rank whose sum is above what is wanted.
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
