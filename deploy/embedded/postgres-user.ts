import { execFileSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { errorCode } from '@ledger/shared/error-code';
import { StartError } from './start-error.ts';

/** Who PostgreSQL runs as. */
export interface PostgresUser {
  readonly uid: number;
  readonly gid: number;
}

/** The machine's user accounts. */
export interface Accounts {
  find(name: string): PostgresUser | undefined;
  /** @throws Error when it could not be made */
  make(name: string): void;
}

const NAME = 'postgres';

/**
 * PostgreSQL refuses to run as root. Started by root, it runs as the owner of the data it has, else as the user
 * `postgres`, who is made if need be; started by anyone else, as that user.
 * @param folder PostgreSQL's own folder, which need not be there yet
 * @param self who runs this process
 * @param say prints a line for people
 * @throws StartError where the data is another user's, or there is no unprivileged user to be had
 */
export async function postgresUser(
  folder: string,
  self: PostgresUser,
  accounts: Accounts,
  say: (line: string) => void,
): Promise<PostgresUser> {
  const owner = await ownerOf(folder);
  if (self.uid !== 0) {
    if (owner === undefined || owner.uid === self.uid) return self;
    throw new StartError([
      `LEDGER_DATA_DIR: ${folder} belongs to another user (uid ${owner.uid}); start as that user, or set LEDGER_DATA_DIR to another folder`,
    ]);
  }
  if (owner !== undefined && owner.uid !== 0) return owner;
  return accounts.find(NAME) ?? makeUser(accounts, say);
}

async function ownerOf(folder: string): Promise<PostgresUser | undefined> {
  try {
    const { uid, gid } = await stat(folder);
    return { uid, gid };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function makeUser(accounts: Accounts, say: (line: string) => void): PostgresUser {
  let reason = 'it is not there afterwards';
  try {
    accounts.make(NAME);
    const made = accounts.find(NAME);
    if (made !== undefined) {
      say(`PostgreSQL refuses to run as root: made the system user "${NAME}" (uid ${made.uid}) for it`);
      return made;
    }
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  throw new StartError([
    `PostgreSQL refuses to run as root, and the user "${NAME}" could not be made (${reason}); start as another user, or set DATABASE_URL`,
  ]);
}

/** The accounts of this machine, by the programs that every Linux distribution has for them. */
export const systemAccounts: Accounts = {
  find(name) {
    try {
      return { uid: Number(run('id', ['-u', name])), gid: Number(run('id', ['-g', name])) };
    } catch {
      // `id` ends with 1 for a name that it does not know, which is all that is asked.
      return undefined;
    }
  },
  make(name) {
    try {
      run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name]);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
      run('adduser', ['-S', '-D', '-H', name]);
    }
  },
};

function run(program: string, args: readonly string[]): string {
  const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin` };
  return execFileSync(program, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}
