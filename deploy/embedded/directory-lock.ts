import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { tryLock, unlock } from 'fs-native-extensions';
import { makeDirectory } from './make-directory.ts';

/** Another process (or another part of this one) owns the directory. */
export class DirectoryInUseError extends Error {
  override readonly name = 'DirectoryInUseError';
  readonly directory: string;

  constructor(directory: string) {
    super(`${directory} is in use by another process`);
    this.directory = directory;
  }
}

export interface DirectoryLock {
  /** Gives the directory up; a second call does nothing. */
  release(): Promise<void>;
}

const LOCK_FILE = 'lock';

/** The kernel's waiting lock cannot be cancelled, so the lock is asked for again and again up to the deadline. */
const ASK_EVERY_MS = 25;

/**
 * Makes the caller the one owner of `dir`, which is created if missing. The lock is the kernel's, on the file `lock` in
 * it: it ends with its process, however that ends, and the file that stays behind locks nothing.
 * @param options.waitMs how long to wait for the present owner to end; 0 asks once
 * @throws DirectoryInUseError when it is still owned after that; the system's error (EACCES, EROFS, ENOTDIR, …) where
 *   the directory cannot be made or written
 */
export async function lockDirectory(dir: string, { waitMs }: { waitMs: number }): Promise<DirectoryLock> {
  await makeDirectory(dir);
  const file = await open(join(dir, LOCK_FILE), 'a');
  try {
    const deadline = performance.now() + waitMs;
    while (!tryLock(file.fd)) {
      if (performance.now() >= deadline) throw new DirectoryInUseError(dir);
      await delay(ASK_EVERY_MS);
    }
  } catch (error) {
    await file.close();
    throw error;
  }
  let held = true;
  return {
    async release() {
      if (!held) return;
      held = false;
      unlock(file.fd);
      await file.close();
    },
  };
}
