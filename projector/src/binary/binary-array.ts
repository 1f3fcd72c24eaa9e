import { FieldWriter } from './field-writer.ts';

/** Object ids of element types (PostgreSQL, pg_type.dat). */
export const elementType = { text: 25, bigint: 20, timestamptz: 1184 } as const;

/**
 * An array as the parameter of a statement, in PostgreSQL's binary format (`array_recv` in its source): without being
 * printed here and parsed there.
 */
export function binaryArray<Value>(
  type: keyof typeof elementType,
  values: readonly Value[],
  write: (fields: FieldWriter, value: Value) => void,
): Buffer {
  const fields = new FieldWriter(20 + 24 * values.length);
  // One dimension, nulls allowed, the type, how many elements, the first one's index.
  for (const part of [1, 1, elementType[type], values.length, 1]) fields.int32(part);
  for (const value of values) write(fields, value);
  return fields.take();
}
