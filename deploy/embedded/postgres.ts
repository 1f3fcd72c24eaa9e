import { randomBytes } from 'node:crypto';
import { chown, lchown, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCode } from '@ledger/shared/error-code';
import type { PostgresUser } from './postgres-user.ts';

/** The ledger's database, and the role that owns it. */
const LEDGER = 'ledger';

const UNFINISHED = '.new-';

/** Runs one of PostgreSQL's programs to its end; rejects where that was not a success. */
export type RunProgram = (program: 'initdb' | 'postgres', args: readonly string[], input?: string) => Promise<void>;

/** The cluster's own folder ("PGDATA") in `folder`, where PostgreSQL's password is as well. */
export function clusterIn(folder: string): string {
  return join(folder, 'data');
}

/** Whether `createCluster` has finished here. */
export async function hasCluster(folder: string): Promise<boolean> {
  return (await unlessMissing(stat(clusterIn(folder)))) !== undefined;
}

/** How to reach the ledger's database, password included; undefined before there is one. */
export async function postgresUrl(folder: string, port: number): Promise<string | undefined> {
  const password = await unlessMissing(readFile(passwordFileIn(folder), 'utf8'));
  return password === undefined ? undefined : `postgres://${LEDGER}:${password.trim()}@127.0.0.1:${port}/${LEDGER}`;
}

/**
 * Makes a cluster with the ledger's database and a random password. All appears together, by the rename of a finished
 * folder: ended at any moment, this leaves either nothing of use or a whole cluster.
 */
export async function createCluster(folder: string, user: PostgresUser, run: RunProgram): Promise<void> {
  await removeUnfinished(folder);
  const unfinished = await mkdtemp(folder + UNFINISHED);
  try {
    const passwordFile = passwordFileIn(unfinished);
    await writeFile(passwordFile, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600, flush: true });
    for (const path of [unfinished, passwordFile]) await chown(path, user.uid, user.gid);
    const access = ['--auth=scram-sha-256', `--username=${LEDGER}`, `--pwfile=${passwordFile}`];
    await run('initdb', ['-D', clusterIn(unfinished), ...access, '--encoding=UTF8', '--locale=C']);
    const singleUser = ['--single', '-D', clusterIn(unfinished), '-c', 'exit_on_error=true', 'template1'];
    await run('postgres', singleUser, `CREATE DATABASE ${LEDGER};\n`);
    await syncFolder(unfinished);
    await rename(unfinished, folder);
    await syncFolder(dirname(folder));
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Gives the whole folder to the user that PostgreSQL runs as, where it is another's (as after `chown -R root`). */
export async function giveTo(user: PostgresUser, folder: string): Promise<void> {
  if ((await stat(folder)).uid === user.uid) return;
  for (const path of await readdir(folder, { recursive: true })) await lchown(join(folder, path), user.uid, user.gid);
  // Last, so that a walk that was cut short is done again.
  await lchown(folder, user.uid, user.gid);
}

/** The server's command line. Durability (fsync, synchronous_commit, full_page_writes) is left as it comes: on. */
export function serverArguments(folder: string, port: number): readonly string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '100',
    shared_buffers: '256MB',
    wal_compression: 'on',
    // Queries here are short: compiling one costs more than running it.
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', clusterIn(folder), '-p', String(port), ...flags];
}

function passwordFileIn(folder: string): string {
  return join(folder, 'password');
}

async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(dirname(folder))) {
    if (!name.startsWith(basename(folder) + UNFINISHED)) continue;
    await rm(join(dirname(folder), name), { recursive: true, force: true });
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function unlessMissing<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
