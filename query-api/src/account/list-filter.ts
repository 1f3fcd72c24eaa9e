import { metadataEntry } from '@ledger/shared/metadata-entry';
import { z } from 'zod';
import { decodeCursor, encodeCursor, wrongCursor } from '../opaque-cursor.ts';

/** Which accounts a list has: those that fulfil all of it. */
export interface ListFilter {
  /** The list is in the order of names then, else in that of ids. */
  readonly namePrefix: string | undefined;
  /** Keys and values, in the order of keys. */
  readonly metadata: readonly (readonly [key: string, value: string])[];
}

/** The place of an account in a list's order. Where it is in the order of ids, the name is "". */
export interface ListPlace {
  readonly name: string;
  readonly accountId: string;
}

export const atStart: ListPlace = { name: '', accountId: '' };

export function entriesOf({ metadata }: ListFilter): readonly Buffer[] {
  return metadata.map(([key, value]) => metadataEntry(key, value));
}

/** PostgreSQL's text holds no U+0000. */
export const storable = z.string('expected one value').regex(/^[^\0]*$/, 'expected text without U+0000');

const format = z.tuple([z.literal(1), storable.nullable(), z.array(z.tuple([storable, storable])), storable, storable]);

/** Opaque to clients. It stands for the filter too. */
export function writeListCursor({ namePrefix, metadata }: ListFilter, last: ListPlace): string {
  return encodeCursor([1, namePrefix ?? null, metadata, last.name, last.accountId]);
}

/**
 * @param asked what the request says beside the cursor: nothing, or the same as the first page's.
 * @throws Problem invalid-request for a cursor that is not one of this list's.
 */
export function readListCursor(text: string, asked: ListFilter): { filter: ListFilter; after: ListPlace } {
  const fields = decodeCursor(text, format);
  if (!fields) throw wrongCursor('expected a nextCursor of this list, unchanged');
  const [, namePrefix, metadata, name, accountId] = fields;
  const filter: ListFilter = { namePrefix: namePrefix ?? undefined, metadata };
  const saysSo = asked.namePrefix !== undefined || asked.metadata.length > 0;
  if (saysSo && JSON.stringify(asked) !== JSON.stringify(filter)) throw wrongCursor('it belongs to another list');
  return { filter, after: { name, accountId } };
}
