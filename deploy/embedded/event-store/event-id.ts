/** Event ids are UUIDs: on the wire as text or as two 64-bit halves, in the log as 16 bytes, in memory as lower-case text with dashes. */

const NIL = '00000000-0000-0000-0000-000000000000';
const DASHED = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const PLAIN = /^[0-9a-f]{32}$/;

const dashed = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;

/** The UUID in its one form, from text with or without dashes or braces; undefined for the nil UUID and for anything else. */
export function parseUuid(text: string): string | undefined {
  const lower = text.toLowerCase();
  if (DASHED.test(lower)) return lower === NIL ? undefined : lower;
  const bare = /^\{(.*)\}$/.exec(lower)?.[1] ?? lower;
  if (DASHED.test(bare)) return bare === NIL ? undefined : bare;
  if (!PLAIN.test(bare)) return undefined;
  const id = dashed(bare);
  return id === NIL ? undefined : id;
}

/** The UUID of two signed 64-bit halves in decimal, as the protocol's structured form has them. */
export function uuidFromHalves(mostSignificant: string, leastSignificant: string): string | undefined {
  const half = (decimal: string) => BigInt.asUintN(64, BigInt(decimal)).toString(16).padStart(16, '0');
  return parseUuid(half(mostSignificant) + half(leastSignificant));
}

/** The two signed 64-bit halves, in decimal. */
export function halvesOfUuid(id: string): { mostSignificant: string; leastSignificant: string } {
  const hex = id.replaceAll('-', '');
  const half = (from: number) => BigInt.asIntN(64, BigInt(`0x${hex.slice(from, from + 16)}`)).toString();
  return { mostSignificant: half(0), leastSignificant: half(16) };
}

export function uuidToBytes(id: string, target: Buffer, at: number): void {
  target.write(id.replaceAll('-', ''), at, 16, 'hex');
}

export const bytesToUuid = (source: Buffer, at: number): string => dashed(source.toString('hex', at, at + 16));
