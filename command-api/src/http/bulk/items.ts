import { Problem } from '@ledger/shared/problems';

/** One element of a bulk request, counted from 1 (a line of NDJSON, an element of an array): JSON, or why it is none. */
export type BulkItem =
  | { readonly line: number; readonly value: unknown; readonly sizeBytes: number }
  | { readonly line: number; readonly problem: Problem };

/** Reads JSON in UTF-8. @throws Problem `invalid-json` */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError) throw new Problem('invalid-json', error.message, {}, error);
    if (error instanceof TypeError) throw new Problem('invalid-json', 'it is not UTF-8', {}, error);
    throw error;
  }
}
