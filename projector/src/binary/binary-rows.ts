import { FieldWriter } from './field-writer.ts';

/** What a COPY in binary format begins with: its signature, no flags, and no more header. */
const header = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');

/** A chunk is passed on when it is about so long. */
const chunkBytes = 64 * 1024;

/**
 * Rows in PostgreSQL's binary format for COPY (manual, COPY, "Binary Format"), in chunks. A chunk is good until the next
 * one is asked for.
 */
export function* binaryRows<Row>(
  columns: number,
  rows: Iterable<Row>,
  write: (fields: FieldWriter, row: Row) => void,
): Generator<Buffer> {
  const fields = new FieldWriter(chunkBytes + chunkBytes / 2);
  fields.raw(header);
  for (const row of rows) {
    fields.int16(columns);
    write(fields, row);
    if (fields.size >= chunkBytes) yield fields.take();
  }
  fields.int16(-1);
  yield fields.take();
}
