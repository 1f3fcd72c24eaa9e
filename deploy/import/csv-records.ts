import { parse } from 'csv-parse/sync';
import type { Line } from './lines-of.ts';

/** A record of a CSV file (RFC 4180), which may be several lines long. */
export interface CsvRecord {
  /** Of its first line, from 1. */
  readonly number: number;
  readonly fields: readonly string[];
  /** Why it can't be read; `fields` then holds its first line as it stands. */
  readonly error?: string;
}

const maxRecordLines = 100;

/**
 * The records of a file; empty lines are left out. One that can't be read costs one line only: reading goes on with the
 * next, so that a stray quote does not swallow the lines after it.
 */
export async function* csvRecords(lines: AsyncIterable<Line>): AsyncGenerator<CsvRecord> {
  let open: Line[] = [];
  let columnCount: number | undefined;
  const takeRecords = function* (mayGoOn: boolean) {
    while (open.length > 0) {
      const taken = firstRecord(open, columnCount, mayGoOn);
      if (!taken) return;
      columnCount ??= taken.record.fields.length;
      open = open.slice(taken.lineCount);
      yield taken.record;
    }
  };
  for await (const line of lines) {
    if (open.length === 0 && line.text === '' && !line.tooLong) continue;
    open.push(line);
    yield* takeRecords(true);
  }
  yield* takeRecords(false);
}

interface Taken {
  readonly record: CsvRecord;
  readonly lineCount: number;
}

/** Undefined where the record may go on in lines that are still to come. */
function firstRecord(lines: readonly Line[], columnCount: number | undefined, mayGoOn: boolean): Taken | undefined {
  const [first] = lines;
  if (!first) return undefined;
  const { number, text } = first;
  const unreadable = (error: string): Taken => ({ record: { number, fields: [text], error }, lineCount: 1 });
  if (first.tooLong) return unreadable('the line is too long');
  if (text.includes('\uFFFD')) return unreadable('the line is not UTF-8');
  if (!text.includes('"')) return { record: { number, fields: text.split(',') }, lineCount: 1 };

  let record = '';
  let quotes = 0;
  let lineCount = 0;
  for (const line of lines.slice(0, maxRecordLines)) {
    record += lineCount === 0 ? line.text : `\n${line.text}`;
    quotes += line.text.split('"').length - 1;
    lineCount += 1;
    if (quotes % 2 === 0) break;
  }
  if (quotes % 2 === 1) {
    return mayGoOn && lineCount < maxRecordLines ? undefined : unreadable('a quote is opened and never closed');
  }
  try {
    const fields = parse(record, { relax_column_count: true })[0] ?? [];
    const whole = lineCount === 1 || columnCount === undefined || fields.length === columnCount;
    return whole ? { record: { number, fields }, lineCount } : unreadable('a quote is opened and never closed');
  } catch (error) {
    if (error instanceof Error) return unreadable(error.message.replace(/ at line \d+/, ''));
    throw error;
  }
}
