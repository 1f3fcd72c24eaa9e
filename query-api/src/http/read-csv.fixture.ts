/**
 * Reads CSV as RFC 4180 section 2 has it, and nothing that it does not have.
 * @throws Error that says what is wrong
 */
export function readCsv(text: string): readonly Readonly<Record<string, string>>[] {
  const [columns, ...records] = recordsOf(text);
  if (!columns) throw new Error('the CSV has no header');
  return records.map((record, index) => {
    if (record.length !== columns.length) throw new Error(`record ${index} has ${record.length} fields`);
    return Object.fromEntries(columns.map((column, at) => [column, record[at] ?? '']));
  });
}

function recordsOf(text: string): string[][] {
  const field = /"((?:[^"]|"")*)"(,|\r\n)|([^",\r\n]*)(,|\r\n)/y;
  const records: string[][] = [];
  let record: string[] = [];
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const match = field.exec(text);
    if (!match) throw new Error(`no CSV at ${at}: ${JSON.stringify(text.slice(at, at + 40))}`);
    record.push(match[1]?.replaceAll('""', '"') ?? match[3] ?? '');
    if ((match[2] ?? match[4]) === '\r\n') {
      records.push(record);
      record = [];
    }
  }
  if (record.length > 0) throw new Error('the last record has no CRLF');
  return records;
}
