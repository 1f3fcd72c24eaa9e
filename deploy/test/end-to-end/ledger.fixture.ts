import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openFolder, startLedger as runStart, untilReady } from '../../embedded/stand-ins/ledger-run.fixture.ts';

/** A ledger as `npm start` runs it, in processes of its own, on free ports and a data directory of its own. */
export interface TestLedger {
  readonly gateway: string;
  readonly commandApi: string;
  readonly queryApi: string;
  readonly projector: string;
  readonly dataDir: string;
  /** The process that has all the others as children. */
  readonly pid: number;
  /** The pid of one of its processes; undefined while it does not run. */
  pidOf(process: LedgerProcess): number | undefined;
  /** Sends a signal to one of its processes; answers its pid. */
  signal(process: LedgerProcess, signal: NodeJS.Signals): number;
  /** Ends it with SIGTERM and waits for the end; the data stays. */
  stop(): Promise<void>;
  /** Resolves when the process with all the others as children has ended. */
  readonly ended: Promise<void>;
}

export type LedgerProcess =
  | 'event-store'
  | 'postgres'
  | 'postgres-watcher'
  | 'command-api'
  | 'projector'
  | 'query-api'
  | 'gateway';

export const repository = join(import.meta.dirname, '../../..');

const folders: string[] = [];
const running = new Set<TestLedger>();

after(async function stopEverything() {
  for (const ledger of running) await ledger.stop();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** A folder that PostgreSQL's own user can enter; removed at the end of the run. */
export async function temporaryFolder(): Promise<string> {
  const folder = await openFolder();
  folders.push(folder);
  return folder;
}

/** Starts a ledger and waits until it says that it is ready. */
export async function startLedger(env: NodeJS.ProcessEnv = {}): Promise<TestLedger> {
  const dataDir = env['LEDGER_DATA_DIR'] ?? (await temporaryFolder());
  const run = runStart({ LEDGER_DATA_DIR: dataDir, ...env }, { start: 'compiled' });
  const gateway = await untilReady(run);
  const find = (pattern: RegExp) => {
    const found = pattern.exec(run.stdout())?.[1];
    if (!found) throw new Error(`${pattern} is not in what the ledger printed:\n${run.stdout()}`);
    return found;
  };
  const ledger: TestLedger = {
    gateway,
    commandApi: find(/command-api +(\S+)/),
    queryApi: find(/query-api +(\S+)/),
    projector: find(/projector +(\S+)/),
    dataDir,
    pid: run.pid,
    pidOf: (name) => pidOf(name, run.pid, dataDir),
    signal(name, signal) {
      const pid = ledger.pidOf(name);
      if (pid === undefined) throw new Error(`${name} of the ledger with pid ${run.pid} is not running`);
      process.kill(pid, signal);
      return pid;
    },
    async stop() {
      if (running.has(ledger)) process.kill(run.pid, 'SIGTERM');
      await ledger.ended;
    },
    ended: run.ended.then(() => void running.delete(ledger)),
  };
  running.add(ledger);
  return ledger;
}

const modules: Record<LedgerProcess, string> = {
  'event-store': 'event-store/server.js',
  postgres: 'bin/postgres',
  'postgres-watcher': 'embedded/postgres-watcher.js',
  'command-api': 'command-api/dist/server.js',
  projector: 'projector/dist/server.js',
  'query-api': 'query-api/dist/server.js',
  gateway: 'embedded/gateway.js',
};

function pidOf(name: LedgerProcess, supervisor: number, dataDir: string): number | undefined {
  const all = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .flatMap((match) => (match ? [{ pid: Number(match[1]), ppid: Number(match[2]), args: match[3] ?? '' }] : []));
  const children = all.filter(({ ppid }) => ppid === supervisor);
  const below = new Set([supervisor, ...children.map(({ pid }) => pid)]);
  return all.find(
    ({ ppid, args }) =>
      below.has(ppid) && args.includes(modules[name]) && (name !== 'postgres' || args.includes(dataDir)),
  )?.pid;
}
