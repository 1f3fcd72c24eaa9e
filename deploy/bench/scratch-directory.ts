import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Below the working directory, which npm makes the repository's: a temporary folder of the system may be in memory. */
const PARENT = '.bench';

/** Lends `use` an empty directory and removes it afterwards, also where Ctrl-C or SIGTERM ends the process. */
export async function withScratchDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  await mkdir(PARENT, { recursive: true });
  const directory = await mkdtemp(join(process.cwd(), PARENT, 'run-'));
  const end = (_signal: NodeJS.Signals, number: number) => {
    // What runs in it is still ending, and may make a file meanwhile.
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    process.exit(128 + number);
  };
  process.once('SIGINT', end).once('SIGTERM', end);
  try {
    return await use(directory);
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
    await rm(directory, { recursive: true, force: true });
  }
}
