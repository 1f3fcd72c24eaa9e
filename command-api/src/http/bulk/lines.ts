import { parseJson } from '@ledger/shared/http/json-body';
import { Problem } from '@ledger/shared/problems';
import type { BulkItem } from './items.ts';

/** Bytes of one NDJSON line. */
export const lineLimitBytes = 32 * 1024;

const newline = 0x0a;
const blank = /^[ \t\r]*$/;

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
    if (begunBytes <= lineLimitBytes) begun.push(chunk.subarray(from));
    else begun = [];
  }
  yield* toItem(line, begun, begunBytes, Buffer.alloc(0));
}

function* toItem(line: number, begun: readonly Buffer[], begunBytes: number, end: Buffer): Generator<BulkItem> {
  if (begunBytes + end.length > lineLimitBytes) {
    yield { line, problem: new Problem('body-too-large', `a line has at most ${lineLimitBytes} bytes`) };
    return;
  }
  const bytes = begun.length === 0 ? end : Buffer.concat([...begun, end]);
  if (bytes.length < 100 && blank.test(bytes.toString('latin1'))) return;
  yield read(line, bytes);
}

function read(line: number, bytes: Buffer): BulkItem {
  try {
    return { line, value: parseJson(bytes) };
  } catch (error) {
    if (error instanceof Problem) return { line, problem: error };
    throw error;
  }
}
