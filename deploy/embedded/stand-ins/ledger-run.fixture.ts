import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, readlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { errorCode } from '@ledger/shared/error-code';
import { until } from '../../test/until.fixture.ts';

const repository = join(import.meta.dirname, '../../..');

/** A start that a test watches. */
export interface LedgerRun {
  readonly pid: number;
  /** All that it printed so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves with its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** The start with stand-ins for our own services, or the one of `npm start`; both as they were compiled. */
export type Start = 'stand-ins' | 'compiled';

const commands: Record<Start, readonly string[]> = {
  'stand-ins': [join(repository, 'deploy/dist/embedded/stand-ins/start.fixture.js')],
  compiled: [join(repository, 'deploy/dist/embedded/start.js')],
};

const freePorts = Object.fromEntries(
  ['GATEWAY', 'COMMAND_API', 'QUERY_API', 'PROJECTOR', 'EVENTSTORE', 'POSTGRES'].map((name) => [`${name}_PORT`, '0']),
);

/** Compiles the stand-ins, and what they stand in: as TypeScript, each of their processes would take four times the CPU. */
export async function buildStandIns(): Promise<void> {
  await promisify(execFile)(join(repository, 'node_modules/.bin/tsc'), ['-b', import.meta.dirname]);
}

/** Starts a ledger in a process group of its own, with free ports unless `env` says otherwise. */
export function startLedger(
  env: NodeJS.ProcessEnv,
  options: { readonly start?: Start; readonly args?: readonly string[]; readonly uid?: number } = {},
): LedgerRun {
  const child = spawn(process.execPath, [...commands[options.start ?? 'stand-ins'], ...(options.args ?? [])], {
    cwd: repository,
    env: { PATH: process.env['PATH'], ...freePorts, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  return { pid: child.pid ?? 0, stdout, stderr, ended: endOf(child) };
}

function collect(stream: ChildProcess['stdout']): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  return () => text;
}

async function endOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  const [code, signal] = await once(child, 'exit');
  return code ?? signal;
}

/** A folder that PostgreSQL's user can enter; what mkdtemp makes is closed to others. */
export async function openFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ledger-'));
  await chmod(folder, 0o755);
  return folder;
}

/** Waits until the run says that the ledger is ready. @returns the gateway's origin */
export function untilReady(run: LedgerRun): Promise<string> {
  const said = () => `it said:\n${run.stdout()}${run.stderr()}`;
  const ready = until(
    () => `a ready ledger; ${said()}`,
    () => /The ledger is ready on (\S+)/.exec(run.stdout())?.[1],
    40_000,
  );
  const ended = run.ended.then((how) => {
    throw new Error(`the ledger ended (${how}) before it was ready; ${said()}`);
  });
  return Promise.race([ready, ended]);
}

export interface ProcessSeen {
  readonly pid: number;
  readonly command: string;
}

/** All processes that have to do with `folder`, by their command line, working directory or environment. Linux only. */
export async function processesOf(folder: string): Promise<readonly ProcessSeen[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const seen = await Promise.all(
    pids.map(async (pid) => {
      const [command, environment, cwd] = await Promise.all([
        readFile(`/proc/${pid}/cmdline`, 'utf8').catch(gone),
        readFile(`/proc/${pid}/environ`, 'utf8').catch(gone),
        readlink(`/proc/${pid}/cwd`).catch(gone),
      ]);
      // A zombie has ended, whenever its parent asks for it.
      if (command === '' || ![command, environment, cwd].some((text) => text.includes(folder))) return [];
      return [{ pid: Number(pid), command: command.replaceAll('\0', ' ').trim() }];
    }),
  );
  return seen.flat();
}

function gone(): string {
  return '';
}

/** SIGKILL to a process, which may have ended in the meantime. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

/** The process of `folder` whose command line matches. */
export function untilRuns(folder: string, command: RegExp): Promise<number> {
  const find = async () => (await processesOf(folder)).find((one) => command.test(one.command))?.pid;
  return until(`a process ${command}`, find, 20_000);
}

/** Waits until no process of `folder` is left. */
export async function untilNothingRuns(folder: string, withinMs: number): Promise<void> {
  let left: readonly ProcessSeen[] = [];
  const listing = () => left.map(({ pid, command }) => `${pid} ${command}`).join('; ');
  await until(
    () => `no process to be left; there is ${listing()}`,
    async () => {
      left = await processesOf(folder);
      return left.length === 0;
    },
    withinMs,
  );
}
