import { dirname } from 'node:path';
import type { DataDirectory } from './data-directory.ts';
import { firstClosedFolder } from './enterable.ts';
import { clusterIn } from './postgres.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { type PostgresUser, postgresUser, systemAccounts } from './postgres-user.ts';
import { clearFormerPostmaster } from './postmaster.ts';
import { StartError } from './start-error.ts';

/**
 * Sees to it that PostgreSQL can be started: its programs, the user that it runs as, the folders that this user has to
 * enter, and what an earlier run left behind.
 * @param say prints a line for people
 * @throws StartError where one of these cannot be had
 */
export async function preparePostgres(data: DataDirectory, say: (line: string) => void): Promise<PostgresUser> {
  const { postgres: program } = await postgresBinaries();
  const self = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const user = await postgresUser(data.postgres, self, systemAccounts, say);
  // Where it is this process's own user, the folders are known to be open: this file and the lock were read there.
  if (user.uid !== self.uid) await requireOpenFolders(user, dirname(program), data.path);
  await clearFormerPostmaster(clusterIn(data.postgres), say);
  return user;
}

async function requireOpenFolders(user: PostgresUser, programs: string, data: string): Promise<void> {
  const onTheWayToPrograms = await firstClosedFolder(programs, user);
  const onTheWayToData = await firstClosedFolder(data, user);
  const who = `PostgreSQL runs as the user with uid ${user.uid}, who cannot enter`;
  const lines: string[] = [];
  if (onTheWayToPrograms !== undefined) {
    lines.push(
      `${who} ${onTheWayToPrograms}, on the way to its programs: chmod o+x ${onTheWayToPrograms}, or move this repository (LEDGER_DATA_DIR moves the data only), or set DATABASE_URL`,
    );
  }
  if (onTheWayToData !== undefined && onTheWayToData !== onTheWayToPrograms) {
    lines.push(
      `${who} ${onTheWayToData}, on the way to the data: chmod o+x ${onTheWayToData}, or set LEDGER_DATA_DIR to a folder elsewhere`,
    );
  }
  if (lines.length > 0) throw new StartError(lines);
}
