import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '@ledger/shared/error-code';

/**
 * Makes a directory and what is missing on the way to it, and tells which it made, the outermost first. Node's own
 * recursive mkdir never returns where the system says ENOENT although the parent is there, as below /proc.
 * @throws the system's error (EACCES, EROFS, ENOTDIR, …)
 */
export async function makeDirectory(dir: string, withParents = true): Promise<readonly string[]> {
  try {
    await mkdir(dir);
    return [dir];
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST') return [];
    if (code !== 'ENOENT' || !withParents || dirname(dir) === dir) throw error;
    return [...(await makeDirectory(dirname(dir))), ...(await makeDirectory(dir, false))];
  }
}
