/**
 * Protocol buffers as they are written (https://protobuf.dev/programming-guides/encoding/), into a buffer of the right size.
 * Fields have numbers below 16, whose tag is one byte. Each function that writes returns where it has ended.
 */

/** A field of so many bytes, with its tag and its length. */
export function fieldSize(length: number): number {
  return 1 + varintSize(length) + length;
}

/** The tag and the length of a field whose bytes follow. */
export function writeHeader(message: Buffer, at: number, field: number, length: number): number {
  message[at] = (field << 3) | 2;
  return writeVarint(message, at + 1, length);
}

/** @param length of the text in bytes */
export function writeText(message: Buffer, at: number, field: number, text: string, length: number): number {
  const begin = writeHeader(message, at, field, length);
  message.write(text, begin, length, 'utf8');
  return begin + length;
}

/** A field that is a number. */
export function writeNumber(message: Buffer, at: number, field: number, value: number): number {
  message[at] = field << 3;
  return writeVarint(message, at + 1, value);
}

/** @param value not negative, and exact as a number */
export function varintSize(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes += 1;
  return bytes;
}

export function writeVarint(message: Buffer, at: number, value: number): number {
  let rest = value;
  let end = at;
  for (; rest >= 128; rest = Math.floor(rest / 128)) {
    message[end] = (rest % 128) | 128;
    end += 1;
  }
  message[end] = rest;
  return end + 1;
}
