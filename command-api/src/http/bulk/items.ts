import type { Problem } from '@ledger/shared/problems';

/** One element of a bulk request, counted from 1 (a line of NDJSON, an element of an array): JSON, or why it is none. */
export type BulkItem =
  | { readonly line: number; readonly value: unknown }
  | { readonly line: number; readonly problem: Problem };
