import { parseJson } from '@ledger/shared/http/json-body';
import { Problem } from '@ledger/shared/problems';
import type { BulkItem } from './items.ts';

/** Bytes of one NDJSON line, without its end. */
export const lineLimitBytes = 32 * 1024;

const newline = 0x0a;
const carriageReturn = 0x0d;
const byteOrderMark = Buffer.from('\u{feff}');

/**
 * Reads the lines of a byte stream as JSON, in constant memory. A line that is too long or no JSON is one bad item; blank
 * lines are counted, but left out.
 */
export async function* readLines(body: AsyncIterable<Buffer>): AsyncGenerator<BulkItem> {
  let line = 1;
  let begun: Buffer[] = [];
  let begunBytes = 0;
  for await (const chunk of body) {
    let from = 0;
    for (let to = chunk.indexOf(newline); to >= 0; to = chunk.indexOf(newline, from)) {
      yield* toItem(line, begun, begunBytes, chunk.subarray(from, to));
      line += 1;
      begun = [];
      begunBytes = 0;
      from = to + 1;
    }
    begunBytes += chunk.length - from;
    // One more than the limit: the last may be the first half of CRLF.
    if (begunBytes <= lineLimitBytes + 1) begun.push(chunk.subarray(from));
    else begun = [];
  }
  yield* toItem(line, begun, begunBytes, Buffer.alloc(0));
}

function* toItem(line: number, begun: readonly Buffer[], begunBytes: number, end: Buffer): Generator<BulkItem> {
  const whole = begun.length === 0 ? end : Buffer.concat([...begun, end]);
  const bytes = whole.at(-1) === carriageReturn ? whole.subarray(0, -1) : whole;
  if (bytes.length > lineLimitBytes || begunBytes > lineLimitBytes + 1) {
    yield { line, problem: new Problem('body-too-large', `a line has at most ${lineLimitBytes} bytes`) };
  } else if (!isBlank(bytes)) {
    yield read(line, bytes);
  }
}

/** Blank in JSON's sense (RFC 8259 section 2), or the mark that some editors write into an empty file. */
function isBlank(bytes: Buffer): boolean {
  return (
    bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === carriageReturn) || bytes.equals(byteOrderMark)
  );
}

function read(line: number, bytes: Buffer): BulkItem {
  try {
    return { line, value: parseJson(bytes) };
  } catch (error) {
    if (error instanceof Problem) return { line, problem: error };
    throw error;
  }
}
