/** CRC-32C (Castagnoli: RFC 3720, B.4), eight bytes at a time by the tables of Kounavis and Berry ("slicing-by-8"). */

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

const T0 = byteTable;
const T1 = shifted(T0);
const T2 = shifted(T1);
const T3 = shifted(T2);
const T4 = shifted(T3);
const T5 = shifted(T4);
const T6 = shifted(T5);
const T7 = shifted(T6);

/**
 * The checksum of bytes from `start` to before `end`, as an unsigned 32-bit number.
 * @param before the checksum of what comes before them, or any number that is to go in; default 0
 */
export function crc32c(bytes: Uint8Array, start: number, end: number, before = 0): number {
  let crc = ~before;
  let i = start;
  const byte = (offset: number) => bytes[i + offset] as number;
  for (; i + 8 <= end; i += 8) {
    crc ^= byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24);
    const first = at(T7, crc & 255) ^ at(T6, (crc >>> 8) & 255) ^ at(T5, (crc >>> 16) & 255) ^ at(T4, crc >>> 24);
    crc = first ^ at(T3, byte(4)) ^ at(T2, byte(5)) ^ at(T1, byte(6)) ^ at(T0, byte(7));
  }
  for (; i < end; i += 1) crc = at(T0, (crc ^ byte(0)) & 255) ^ (crc >>> 8);
  return ~crc >>> 0;
}
