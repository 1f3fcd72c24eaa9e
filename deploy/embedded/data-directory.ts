import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '@ledger/shared/error-code';
import { rotateLog } from './child-log.ts';
import { DirectoryInUseError, lockDirectory } from './directory-lock.ts';
import { makeDirectory } from './make-directory.ts';
import { StartError } from './start-error.ts';

/** The folder that holds everything that a ledger on this machine keeps. All paths are absolute. */
export interface DataDirectory {
  readonly path: string;
  readonly logs: string;
  readonly eventStore: string;
  /** Made by the PostgreSQL process itself, all at once. */
  readonly postgres: string;
  release(): Promise<void>;
}

/**
 * Makes the folder if it is missing, and takes it for this process alone.
 * @param options.waitMs how long a former owner, which may be ending, has to let go of it
 * @throws StartError where another ledger runs on it or it cannot be written
 */
export async function openDataDirectory(path: string, { waitMs }: { waitMs: number }): Promise<DataDirectory> {
  const logs = join(path, 'logs');
  const eventStore = join(path, 'eventstore');
  try {
    await makeEnterable(path);
    const lock = await lockDirectory(path, { waitMs });
    for (const folder of [logs, eventStore]) await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(logs)) if (name.endsWith('.log')) await rotateLog(join(logs, name));
    return { path, logs, eventStore, postgres: join(path, 'postgres'), release: lock.release };
  } catch (error) {
    if (error instanceof DirectoryInUseError) {
      throw new StartError([
        `LEDGER_DATA_DIR=${path}: another ledger is running on this folder; stop it, or set LEDGER_DATA_DIR to another`,
      ]);
    }
    const code = errorCode(error);
    if (code === undefined) throw error;
    throw new StartError([
      `LEDGER_DATA_DIR=${path}: cannot write there (${code}); set LEDGER_DATA_DIR to a folder that this user can write`,
    ]);
  }
}

/** PostgreSQL may run as another user, who has to get through to its own folder, whatever the umask; no one can list. */
async function makeEnterable(path: string): Promise<void> {
  for (const made of await makeDirectory(path)) await chmod(made, 0o711);
}
