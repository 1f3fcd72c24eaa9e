/** A UUID in its form as a string. @param most,least its halves, as numbers of 64 bits, with a sign or without */
export function uuidOf(most: bigint, least: bigint): string {
  const hex = [most, least].map((half) => BigInt.asUintN(64, half).toString(16).padStart(16, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
