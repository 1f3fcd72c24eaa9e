import { parseJson } from '@ledger/shared/http/json-body';
import { Problem } from '@ledger/shared/problems';
import type { BulkItem } from './items.ts';

/** A JSON array of commands is read whole: at most so many, in so many bytes. */
const arrayLimitCommands = 10_000;
const arrayLimitBytes = 16 * 1024 * 1024;

/**
 * Reads a body that is one JSON array.
 * @throws Problem `body-too-large` or `invalid-json`; nothing was done then
 */
export async function readArray(body: AsyncIterable<Buffer>): Promise<AsyncIterable<BulkItem>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes <= arrayLimitBytes) chunks.push(chunk);
  }
  if (bytes > arrayLimitBytes) throw tooLarge();
  const values = parseJson(Buffer.concat(chunks));
  if (!Array.isArray(values)) throw new Problem('invalid-json', 'expected a JSON array of commands');
  if (values.length > arrayLimitCommands) throw tooLarge();
  return items(values);
}

function tooLarge(): Problem {
  const limit = `${arrayLimitCommands} commands and ${arrayLimitBytes / 1024 / 1024} MB`;
  return new Problem('body-too-large', `an array holds at most ${limit}; application/x-ndjson has no such limit`);
}

async function* items(values: readonly unknown[]): AsyncGenerator<BulkItem> {
  for (const [at, value] of values.entries()) yield { line: at + 1, value };
}
