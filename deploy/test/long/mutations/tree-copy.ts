import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Mutant, mutate } from './mutant.ts';

const repository = join(import.meta.dirname, '../../../..');
const left = new Set(['node_modules', 'dist', '.git', '.bench', '.ledger']);

/** The sources of the repository in a folder of their own, where they can be broken. */
export interface TreeCopy {
  readonly path: string;
  /** Does the work while the fault is in the code. */
  withMutant<T>(mutant: Mutant, work: () => Promise<T>): Promise<T>;
  remove(): Promise<void>;
}

export async function copyTree(): Promise<TreeCopy> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'ledger-mutant-')));
  await cp(repository, path, { recursive: true, filter: (source) => !left.has(basename(source)) });
  await linkPackages(path);
  return {
    path,
    async withMutant(mutant, work) {
      const file = join(path, mutant.file);
      const source = await readFile(file, 'utf8');
      await writeFile(file, mutate(source, mutant));
      try {
        return await work();
      } finally {
        await writeFile(file, source);
      }
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** Every package is the repository's own, but for its workspaces, which are the copy's. */
async function linkPackages(copy: string): Promise<void> {
  const packages = join(repository, 'node_modules');
  await mkdir(join(copy, 'node_modules/@ledger'), { recursive: true });
  for (const name of await readdir(packages)) {
    if (name !== '@ledger') await symlink(join(packages, name), join(copy, 'node_modules', name));
  }
  for (const workspace of await readdir(join(packages, '@ledger'))) {
    await symlink(join(copy, workspace), join(copy, 'node_modules/@ledger', workspace));
  }
}
