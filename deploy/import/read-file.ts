import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { csvReader } from './csv-lines.ts';
import { csvRecords } from './csv-records.ts';
import { type InputLine, UnreadableFile } from './input-line.ts';
import { linesOf } from './lines-of.ts';
import { ndjsonColumns, readNdjsonLine } from './ndjson-lines.ts';

export interface InputFile {
  readonly sizeBytes: number;
  /** How much of it has been read, for showing progress. */
  readBytes(): number;
  /** The columns that each line's `original` has. */
  readonly columns: readonly string[];
  readonly lines: AsyncIterable<InputLine>;
}

/**
 * Opens a file of transactions: CSV with a header, or NDJSON, either also compressed with gzip. What it is shows in its
 * first bytes; its name does not matter. Nothing but the lines under way is held in memory.
 * @throws UnreadableFile for a folder, an empty file or a wrong header, and from `lines` for a damaged gzip; the file's own
 *   error (ENOENT, EACCES).
 */
export async function openInputFile(path: string, defaultCurrency: string | undefined): Promise<InputFile> {
  const found = await stat(path);
  if (found.isDirectory()) throw new UnreadableFile('this is a folder');
  const file = createReadStream(path);
  const progress = { sizeBytes: found.size, readBytes: () => file.bytesRead };
  const bytes = await peek(file);
  const text = await peek(isGzip(bytes.first) ? inflate(bytes.all) : bytes.all);
  const start = Buffer.from(text.first)
    .toString()
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (start === '') throw new UnreadableFile('the file is empty');
  const lines = linesOf(text.all);
  if (start.startsWith('{')) return { ...progress, columns: ndjsonColumns, lines: ndjson(lines, defaultCurrency) };

  const records = csvRecords(lines);
  const header = await records.next();
  if (header.done || header.value.error) throw new UnreadableFile(`line 1: ${header.value?.error ?? 'no header'}`);
  const columns = header.value.fields.map((name) => name.trim());
  const read = csvReader(columns, defaultCurrency);
  const rest = async function* () {
    for await (const record of records) yield read(record);
  };
  return { ...progress, columns, lines: rest() };
}

async function* ndjson(
  lines: ReturnType<typeof linesOf>,
  defaultCurrency: string | undefined,
): AsyncGenerator<InputLine> {
  for await (const line of lines) {
    const read = readNdjsonLine(line, defaultCurrency);
    if (read) yield read;
  }
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

async function* inflate(compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    // An error reaches the loop: the pipeline destroys its last stream with it.
    const inflated = pipeline(Readable.from(compressed), createGunzip(), () => undefined);
    for await (const chunk of inflated) yield chunk as Uint8Array;
  } catch (error) {
    throw new UnreadableFile(`the gzip is damaged: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The first chunk, and all of them, the first included. */
async function peek(source: AsyncIterable<Uint8Array>) {
  const chunks = source[Symbol.asyncIterator]();
  const first = await chunks.next();
  const all = async function* (): AsyncGenerator<Uint8Array> {
    if (first.done) return;
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => chunks };
  };
  return { first: first.done ? new Uint8Array() : first.value, all: all() };
}
