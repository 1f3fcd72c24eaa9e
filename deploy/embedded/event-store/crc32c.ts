/** CRC-32C (Castagnoli: RFC 3720, B.4), four bytes at a time by the tables of Kounavis and Berry ("slicing-by-4"). */

/** The Castagnoli polynomial, lowest bit first. */
const POLYNOMIAL = 0x82f6_3b78;

const byteTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1) remainder = remainder & 1 ? (remainder >>> 1) ^ POLYNOMIAL : remainder >>> 1;
  return remainder;
});

/** What a byte becomes when one more zero byte follows it. */
const shifted = (table: Uint32Array): Uint32Array =>
  table.map((remainder) => (remainder >>> 8) ^ at(byteTable, remainder & 255));

const at = (table: Uint32Array, i: number): number => table[i] as number;

const [T0, T1, T2, T3] = [
  byteTable,
  shifted(byteTable),
  shifted(shifted(byteTable)),
  shifted(shifted(shifted(byteTable))),
];

/**
 * The checksum of bytes from `start` to before `end`, as an unsigned 32-bit number.
 * @param before the checksum of what comes before them, or any number that is to go in; default 0
 */
export function crc32c(bytes: Uint8Array, start: number, end: number, before = 0): number {
  let crc = ~before;
  let i = start;
  const byte = (offset: number) => bytes[i + offset] as number;
  for (; i + 4 <= end; i += 4) {
    crc ^= byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24);
    crc = at(T3, crc & 255) ^ at(T2, (crc >>> 8) & 255) ^ at(T1, (crc >>> 16) & 255) ^ at(T0, crc >>> 24);
  }
  for (; i < end; i += 1) crc = at(T0, (crc ^ byte(0)) & 255) ^ (crc >>> 8);
  return ~crc >>> 0;
}
