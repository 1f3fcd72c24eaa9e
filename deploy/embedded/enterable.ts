import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PostgresUser } from './postgres-user.ts';

/**
 * The outermost folder on the way to `path` (itself included, if it is a folder) that `user` may not enter, going by
 * owner, group and mode; undefined where all are open. Symbolic links are followed first.
 */
export async function firstClosedFolder(path: string, user: PostgresUser): Promise<string | undefined> {
  for (const folder of foldersTo(await realpath(path))) {
    const { uid, gid, mode } = await stat(folder);
    const execute = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & execute) === 0) return folder;
  }
  return undefined;
}

function foldersTo(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [...foldersTo(parent), path];
}
