import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import { errorCode } from '@ledger/shared/error-code';

const ROTATE_ABOVE_BYTES = 10 * 1024 * 1024;
const LAST_WORDS_BYTES = 16 * 1024;
const LAST_WORDS_LINES = 8;

/** A log above 10 MB becomes `FILE.1`, in place of an older one. To be called while nothing writes to it. */
export async function rotateLog(file: string): Promise<void> {
  try {
    if ((await stat(file)).size > ROTATE_ABOVE_BYTES) await rename(file, `${file}.1`);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

/** Opens a log to append to, and tells at which byte the next line begins. */
export async function openLog(file: string): Promise<{ readonly handle: FileHandle; readonly startsAt: number }> {
  const handle = await open(file, 'a', 0o600);
  const { size } = await handle.stat();
  return { handle, startsAt: size };
}

/**
 * What a process said last, for a terminal: its last lines of plain text (an error without its stack,
 * PostgreSQL's messages), or, where it logged JSON only, the message of its last error.
 * @param startsAt the byte at which its own lines begin
 */
export async function lastWords(file: string, startsAt: number): Promise<readonly string[]> {
  const lines = (await readEnd(file, startsAt)).split('\n').filter((line) => line.trim() !== '');
  const plain = lines.filter((line) => !line.startsWith('{"') && !/^ +at /.test(line));
  if (plain.length > 0) return plain.slice(-LAST_WORDS_LINES);
  return lines.flatMap(loggedError).slice(-1);
}

async function readEnd(file: string, startsAt: number): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const from = Math.max(startsAt, size - LAST_WORDS_BYTES);
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(Math.max(0, size - from)), position: from });
    return buffer.subarray(0, bytesRead).toString();
  } finally {
    await handle.close();
  }
}

function loggedError(line: string): readonly string[] {
  // A line that was cut by the end of its process is not JSON.
  const [, level] = /"level":"(error|fatal)"/.exec(line) ?? [];
  const [, message] = /"msg":("(?:[^"\\]|\\.)*")/.exec(line) ?? [];
  return level !== undefined && message !== undefined ? [String(JSON.parse(message))] : [];
}
