import { fieldSize, varintSize, writeHeader, writeNumber, writeText } from './protobuf-writing.ts';

export interface ReadSpan {
  readonly direction: 'forwards' | 'backwards';
  /** Where it begins; `$all` backwards begins before its position, all else with what is there. */
  readonly from: number | bigint | 'end';
  /** The most events to read; without one, all. */
  readonly limit?: number | undefined;
}

/** No filter, and UUIDs as strings. */
const rest = Buffer.from([(8 << 3) | 2, 0, (9 << 3) | 2, 2, (2 << 3) | 2, 0]);

/**
 * A ReadReq (streams.proto) that reads a stream. Links are not resolved.
 * @param span `from` is a revision
 */
export function readStreamMessage(stream: string, span: ReadSpan & { from: number | 'end' }): Buffer {
  const { from } = span;
  const nameBytes = Buffer.byteLength(stream);
  const bytes = fieldSize(fieldSize(nameBytes)) + (from === 'end' ? 2 : 1 + varintSize(from));
  const { message, at } = allocate(1, bytes, span);
  let end = writeHeader(message, at, 1, fieldSize(nameBytes));
  end = writeText(message, end, 3, stream, nameBytes);
  end = from === 'end' ? writeHeader(message, end, 4, 0) : writeNumber(message, end, 2, from);
  return complete(message, end, span);
}

/**
 * A ReadReq (streams.proto) that reads `$all`.
 * @param span `from` is a position
 */
export function readAllMessage(span: ReadSpan & { from: bigint | 'end' }): Buffer {
  const { from } = span;
  if (from === 'end') {
    const { message, at } = allocate(2, 2, span);
    return complete(message, writeHeader(message, at, 3, 0), span);
  }
  const position = positionOf(from);
  const { message, at } = allocate(2, fieldSize(position.length), span);
  const begin = writeHeader(message, at, 1, position.length);
  message.set(position, begin);
  return complete(message, begin + position.length, span);
}

const countOf = ({ limit }: ReadSpan): number => limit ?? Number.MAX_SAFE_INTEGER;

/** @param field of the options, that tells what is read, in so many bytes: what it holds goes where `at` tells */
function allocate(field: number, bytes: number, span: ReadSpan): { message: Buffer; at: number } {
  const countBytes = 1 + varintSize(countOf(span));
  const optionsBytes = fieldSize(bytes) + (span.direction === 'backwards' ? 2 : 0) + countBytes + rest.length;
  const message = Buffer.allocUnsafe(fieldSize(optionsBytes));
  return { message, at: writeHeader(message, writeHeader(message, 0, 1, optionsBytes), field, bytes) };
}

function complete(message: Buffer, at: number, span: ReadSpan): Buffer {
  const begin = span.direction === 'backwards' ? writeNumber(message, at, 3, 1) : at;
  message.set(rest, writeNumber(message, begin, 5, countOf(span)));
  return message;
}

/** A position in `$all`, of commit and prepare. One that is 0 is not written. */
export function positionOf(position: bigint): number[] {
  const varint = varintOf(position);
  return position === 0n ? [] : [1 << 3, ...varint, 2 << 3, ...varint];
}

export function varintOf(value: bigint): number[] {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 128n; left >>= 7n) bytes.push(Number(left & 127n) | 128);
  bytes.push(Number(left));
  return bytes;
}
