import { type FileHandle, open, rm } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';

const rejectionColumns = ['rejected_line', 'rejected_reason'] as const;

/** A column that this file added. Left out in an import, so that a mended file can be imported as it is. */
export function isRejectionColumn(name: string): boolean {
  return rejectionColumns.some((column) => column === name);
}

/** Where the lines go that were not accepted: the columns that they had, their number and the reason. */
export interface RejectedFile {
  readonly path: string;
  /** Lines that it holds. */
  count(): number;
  /** @throws the file system's error (EACCES, ENOSPC) */
  add(lineNumber: number, reason: string, original: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Removes the file of an earlier run; a new one is made with the first line that it gets. */
export async function rejectedFile(path: string, columns: readonly string[]): Promise<RejectedFile> {
  await rm(path, { force: true });
  const kept = columns.map((name, index) => ({ name, index })).filter(({ name }) => !isRejectionColumn(name));
  const header = stringify([[...kept.map(({ name }) => name), ...rejectionColumns]]);
  let file: FileHandle | undefined;
  let count = 0;
  let written = Promise.resolve();

  async function append(record: string): Promise<void> {
    if (!file) {
      file = await open(path, 'w');
      await file.write(header);
    }
    await file.write(record);
  }

  return {
    path,
    count: () => count,
    add(lineNumber, reason, original) {
      count += 1;
      const fields = kept.map(({ index }) => original[index] ?? '');
      written = written.then(() => append(stringify([[...fields, String(lineNumber), reason]])));
      return written;
    },
    async close() {
      await written;
      await file?.close();
    },
  };
}
