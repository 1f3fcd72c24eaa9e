import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A ledger as `npm start` runs it, in processes of its own, on free ports and a data directory of its own. */
export interface TestLedger {
  readonly gateway: string;
  readonly commandApi: string;
  readonly queryApi: string;
  readonly projector: string;
  readonly eventStoreUrl: string;
  readonly dataDir: string;
  /** The process that has all the others as children. */
  readonly pid: number;
  /** Everything that it has printed. */
  output(): string;
  /** Sends a signal to one of its processes; answers its pid. */
  signal(process: LedgerProcess, signal: NodeJS.Signals): number;
  /** Ends it with SIGTERM and waits for the end; the data stays. */
  stop(): Promise<void>;
  /** Resolves when the process with all the others as children has ended. */
  readonly ended: Promise<void>;
}

export type LedgerProcess = 'event-store' | 'postgres' | 'command-api' | 'projector' | 'query-api' | 'gateway';

export const repository = join(import.meta.dirname, '../../..');
const startDeadlineMs = 100_000;
const freePorts = {
  GATEWAY_PORT: '0',
  COMMAND_API_PORT: '0',
  QUERY_API_PORT: '0',
  PROJECTOR_PORT: '0',
  EVENTSTORE_PORT: '0',
  POSTGRES_PORT: '0',
};

const folders: string[] = [];
const running = new Set<ChildProcess>();

after(async function stopEverything() {
  for (const child of running) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** A folder that PostgreSQL's own user can enter; removed at the end of the run. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ledger-test-'));
  await chmod(folder, 0o755);
  folders.push(folder);
  return folder;
}

/** Starts a ledger and waits until it says that it is ready. */
export async function startLedger(env: NodeJS.ProcessEnv = {}): Promise<TestLedger> {
  const dataDir = env['LEDGER_DATA_DIR'] ?? (await temporaryFolder());
  const child = spawn(process.execPath, [join(repository, 'deploy/dist/embedded/start.js')], {
    env: { ...process.env, ...freePorts, LEDGER_DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const ended = once(child, 'exit').then(() => void running.delete(child));
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk;
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const deadline = Date.now() + startDeadlineMs;
  while (!output.includes('The ledger is ready')) {
    if (child.exitCode !== null) throw new Error(`the ledger did not start:\n${output}`);
    if (Date.now() > deadline) throw new Error(`the ledger was not ready in time:\n${output}`);
    await Promise.race([once(child.stdout, 'data'), ended]);
  }
  const find = (pattern: RegExp) => {
    const found = pattern.exec(output)?.[1];
    if (!found) throw new Error(`${pattern} is not in what the ledger printed:\n${output}`);
    return found;
  };
  return {
    gateway: find(/ready on (\S+)/),
    commandApi: find(/command-api +(\S+)/),
    queryApi: find(/query-api +(\S+)/),
    projector: find(/projector +(\S+)/),
    eventStoreUrl: find(/event store +(\S+)/),
    dataDir,
    pid: child.pid ?? 0,
    output: () => output,
    signal(name, signal) {
      const pid = pidOf(name, child.pid ?? 0, dataDir);
      process.kill(pid, signal);
      return pid;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
    ended,
  };
}

const modules: Record<LedgerProcess, string> = {
  'event-store': 'event-store/server.js',
  postgres: 'bin/postgres',
  'command-api': 'command-api/dist/server.js',
  projector: 'projector/dist/server.js',
  'query-api': 'query-api/dist/server.js',
  gateway: 'embedded/gateway.js',
};

function pidOf(name: LedgerProcess, supervisor: number, dataDir: string): number {
  const all = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .flatMap((match) => (match ? [{ pid: Number(match[1]), ppid: Number(match[2]), args: match[3] ?? '' }] : []));
  const children = all.filter(({ ppid }) => ppid === supervisor);
  const below = new Set([supervisor, ...children.map(({ pid }) => pid)]);
  const found = all.find(
    ({ ppid, args }) =>
      below.has(ppid) && args.includes(modules[name]) && (name !== 'postgres' || args.includes(dataDir)),
  );
  if (!found) throw new Error(`${name} of the ledger with pid ${supervisor} is not running`);
  return found.pid;
}
