import { execFile } from 'node:child_process';
import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { errorCode } from '@ledger/shared/error-code';

const ASK_EVERY_MS = 25;

/** How a server that must end is told so: fast shutdown, immediate shutdown, the end. Each has this long to work. */
const INSISTENCE: readonly { readonly signal: NodeJS.Signals; readonly forMs: number }[] = [
  { signal: 'SIGINT', forMs: 1_500 },
  { signal: 'SIGQUIT', forMs: 700 },
  { signal: 'SIGKILL', forMs: 2_000 },
];

/** What `postmaster.pid` in a cluster's folder says: its lines are documented in PostgreSQL's pidfile.h. */
export interface Postmaster {
  readonly pid: number;
  /** `ready`, `starting`, …; empty until the server has written it. */
  readonly status: string;
}

const STATUS_LINE = 7;

/** @returns undefined where there is no such file, or none that begins with a process id */
export async function readPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const lines = (await readIfThere(pidFile(cluster)))?.split('\n');
  const pid = Number(lines?.[0]);
  return Number.isInteger(pid) && pid > 0 ? { pid, status: lines?.[STATUS_LINE]?.trim() ?? '' } : undefined;
}

/**
 * Ends a server that a run before this one left behind on `cluster`, and removes a `postmaster.pid` whose process id
 * now is somebody else's: PostgreSQL would take that for a running server and refuse to start. One whose process is
 * gone stays, for PostgreSQL looks there which shared memory to check for survivors.
 * @param say prints a line for people about each thing done
 */
export async function clearFormerPostmaster(cluster: string, say: (line: string) => void): Promise<void> {
  const former = await readPostmaster(cluster);
  if (former === undefined) return;
  if (await isPostmasterOf(former.pid, cluster)) {
    await endPostmaster(former.pid, cluster);
    say(`stopped a PostgreSQL (process ${former.pid}) that an earlier run had left behind`);
  }
  // Also a zombie of that server, which stays for as long as its parent does not ask for it.
  if (!exists(former.pid) || (await readPostmaster(cluster)) === undefined) return;
  await rm(pidFile(cluster), { force: true });
  say(`removed a stale postmaster.pid: process ${former.pid} is not PostgreSQL`);
}

/** Kills a server that runs on `cluster`, if one does; its data is safe, it recovers at its next start. */
export async function killPostmaster(cluster: string): Promise<void> {
  const postmaster = await readPostmaster(cluster);
  if (postmaster === undefined || !(await isPostmasterOf(postmaster.pid, cluster))) return;
  await endPostmaster(postmaster.pid, cluster, INSISTENCE.slice(-1));
}

/** @throws Error where it survives even SIGKILL for 2 s (it waits for a disk that does not answer) */
async function endPostmaster(pid: number, cluster: string, insistence = INSISTENCE): Promise<void> {
  for (const { signal, forMs } of insistence) {
    send(signal, pid);
    const deadline = performance.now() + forMs;
    while (performance.now() < deadline) {
      if (!(await isPostmasterOf(pid, cluster))) return;
      await delay(ASK_EVERY_MS);
    }
  }
  throw new Error(`PostgreSQL (process ${pid}) does not end`);
}

/**
 * Whether process `pid` is a PostgreSQL server on `cluster`. A server changes to its cluster's folder before it writes
 * postmaster.pid; a zombie has no command line any more, and counts as ended.
 */
async function isPostmasterOf(pid: number, cluster: string): Promise<boolean> {
  if (process.platform === 'linux') {
    const [program] = ((await readIfThere(`/proc/${pid}/cmdline`)) ?? '').split('\0');
    if (program === undefined || basename(program) !== 'postgres') return false;
    const folder = await readlink(`/proc/${pid}/cwd`).catch(undefinedIfOutOfReach);
    return folder === (await realpath(cluster));
  }
  const listed = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return listed.stdout.includes('postgres') && listed.stdout.includes(`-D ${cluster}`);
}

function exists(pid: number): boolean {
  return send(0, pid);
}

/** @returns whether there is such a process, be it another user's */
function send(signal: NodeJS.Signals | 0, pid: number): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

function pidFile(cluster: string): string {
  return join(cluster, 'postmaster.pid');
}

function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(undefinedIfOutOfReach);
}

/** ENOENT and ESRCH: it ended; EACCES and EPERM: another user's, so none of ours. */
function undefinedIfOutOfReach(error: unknown): undefined {
  if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(errorCode(error) ?? '')) return undefined;
  throw error;
}
