/** Fields of protocol buffers, written in place; their numbers are below 16. Each function returns where the next field goes. */

function varintSize(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes += 1;
  return bytes;
}

function writeVarint(target: Buffer, at: number, value: number): number {
  let rest = value;
  let end = at;
  for (; rest >= 128; rest = Math.floor(rest / 128)) {
    target[end] = (rest % 128) | 128;
    end += 1;
  }
  target[end] = rest;
  return end + 1;
}

/** The bytes of a field that holds `length` bytes. */
export const fieldSize = (length: number): number => 1 + varintSize(length) + length;

/** The bytes of a field that holds a number. */
export const numberSize = (value: number): number => 1 + varintSize(value);

/** The beginning of a field that holds `length` bytes, which are written next. */
export function writeHeader(target: Buffer, at: number, field: number, length: number): number {
  target[at] = (field << 3) | 2;
  return writeVarint(target, at + 1, length);
}

export function writeNumber(target: Buffer, at: number, field: number, value: number): number {
  target[at] = field << 3;
  return writeVarint(target, at + 1, value);
}

export function writeBytes(target: Buffer, at: number, field: number, bytes: Uint8Array): number {
  const begin = writeHeader(target, at, field, bytes.length);
  target.set(bytes, begin);
  return begin + bytes.length;
}

/** @param text short, and ASCII only: a call of `Buffer.write` costs more than its characters one by one */
export function writeText(target: Buffer, at: number, field: number, text: string): number {
  const begin = writeHeader(target, at, field, text.length);
  for (let i = 0; i < text.length; i += 1) target[begin + i] = text.charCodeAt(i);
  return begin + text.length;
}
