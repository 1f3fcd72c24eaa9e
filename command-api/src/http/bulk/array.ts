import { parseJson } from '@ledger/shared/http/json-body';
import { Problem } from '@ledger/shared/problems';
import { shapeOf } from './array-shape.ts';
import type { BulkItem } from './items.ts';

/** A JSON array of commands is read whole: at most so many, in so many bytes. */
const arrayLimitCommands = 10_000;
const arrayLimitBytes = 16 * 1024 * 1024;
/** Fields and metadata of all commands together: 50 each for the most commands. */
const arrayLimitValues = 500_000;
const arrayLimitDepth = 100;
/** Bytes of all arrays that are being read and answered. */
const heldLimitBytes = 4 * arrayLimitBytes;

/** A body that was read whole; its memory counts until it is let go of. */
export interface CommandArray {
  readonly items: AsyncIterable<BulkItem>;
  letGo(): void;
}

/** Reads bodies that are one JSON array, so many at a time as there is room for. */
export function createArrayReader(): (body: AsyncIterable<Buffer>) => Promise<CommandArray> {
  let heldBytes = 0;

  /** @throws Problem `body-too-large`, `invalid-json` or `overloaded`; nothing was done then */
  return async function readArray(body) {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const letGo = () => {
      heldBytes -= bytes;
      bytes = 0;
    };
    try {
      let isTooLarge = false;
      // Read to its end in any case: most clients look for an answer only then.
      for await (const chunk of body) {
        isTooLarge ||= bytes + chunk.length > arrayLimitBytes;
        if (isTooLarge) continue;
        bytes += chunk.length;
        heldBytes += chunk.length;
        chunks.push(chunk);
        if (heldBytes > heldLimitBytes)
          throw new Problem('overloaded', 'too many arrays are being read; nothing was done');
      }
      if (isTooLarge) throw tooLarge();
      const values = parseArray(Buffer.concat(chunks));
      return { items: itemsOf(values), letGo };
    } catch (error) {
      letGo();
      throw error;
    }
  };
}

function parseArray(json: Buffer): readonly unknown[] {
  const { elements, values, depth } = shapeOf(json);
  if (elements > arrayLimitCommands || values > arrayLimitValues) throw tooLarge();
  if (depth > arrayLimitDepth) throw new Problem('invalid-json', `it is nested ${depth} deep; a command is flat`);
  const parsed = parseJson(json);
  if (!Array.isArray(parsed)) throw new Problem('invalid-json', 'expected a JSON array of commands');
  return parsed;
}

function tooLarge(): Problem {
  const limit = `${arrayLimitCommands} commands, ${arrayLimitValues} values and ${arrayLimitBytes / 1024 / 1024} MB`;
  return new Problem('body-too-large', `an array holds at most ${limit}; application/x-ndjson has no such limit`);
}

async function* itemsOf(values: readonly unknown[]): AsyncGenerator<BulkItem> {
  for (const [at, value] of values.entries()) yield { line: at + 1, value };
}
