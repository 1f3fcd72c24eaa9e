/**
 * The process between the supervisor and PostgreSQL. PostgreSQL knows nothing of parents, so this one, which has the
 * supervisor's pipe, runs it and ends it when the pipe closes, however the supervisor ended. Where this process itself
 * is killed, PostgreSQL goes on alone until the supervisor has started the next watcher, which replaces it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { integer, port as portNumber, readConfig } from '@ledger/shared/config';
import { onParentGone, reportListening } from '@ledger/shared/process/parent';
import { z } from 'zod';
import { freePort } from './ports.ts';
import { clusterIn, createCluster, giveTo, hasCluster, serverArguments } from './postgres.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { clearFormerPostmaster, readPostmaster } from './postmaster.ts';

/** Backends outlive a server that was killed by a moment, and hold its shared memory. */
const RETRY_FOR_MS = 10_000;
const RETRY_EVERY_MS = 200;
const ASK_EVERY_MS = 25;
const SEE_WHETHER_IT_STOPS_EVERY_MS = 500;

/** The whole ledger stops within 5 s, so a shutdown that takes longer is cut short; the next start recovers. */
const QUIT_AFTER_MS = 1_500;
const KILL_AFTER_MS = 2_200;

const unixId = integer(0, 2 ** 32 - 1);
const config = readConfig(
  { POSTGRES_DIR: z.string(), POSTGRES_PORT: portNumber, POSTGRES_UID: unixId, POSTGRES_GID: unixId },
  process.env,
);
const folder = config.POSTGRES_DIR;
const user = { uid: config.POSTGRES_UID, gid: config.POSTGRES_GID };

type Program = 'initdb' | 'postgres';

let running: { readonly child: ChildProcess; readonly politely: NodeJS.Signals } | undefined;
let stopping = false;

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
onParentGone(stop);

const binaries = await postgresBinaries();

function stop(): void {
  if (stopping) return;
  stopping = true;
  running?.child.kill(running.politely);
  setTimeout(() => running?.child.kill('SIGQUIT'), QUIT_AFTER_MS);
  setTimeout(() => running?.child.kill('SIGKILL'), KILL_AFTER_MS);
}

/** In this process's group, not one of its own: a signal to the group is to reach it. */
function start(
  program: Program,
  args: readonly string[],
  options: { readonly politely: NodeJS.Signals; readonly stdin: 'ignore' | 'pipe' },
): ChildProcess {
  if (stopping) throw new Error('stopping');
  const child = spawn(binaries[program], args, {
    ...(process.getuid?.() === 0 ? user : {}),
    // It may not be allowed to enter the folder that this process was started in.
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' },
    stdio: [options.stdin, 'inherit', 'inherit'],
  });
  running = { child, politely: options.politely };
  return child;
}

async function endOf(child: ChildProcess): Promise<string> {
  const [code, signal] = await once(child, 'exit');
  running = undefined;
  return signal === null ? `exit code ${code}` : `killed by ${signal}`;
}

async function run(program: Program, args: readonly string[], input = ''): Promise<void> {
  const child = start(program, args, { politely: 'SIGTERM', stdin: 'pipe' });
  child.stdin
    ?.once('error', (error) => console.error(`${program} did not take its input: ${error.message}`))
    .end(input);
  const how = await endOf(child);
  if (child.exitCode !== 0) throw new Error(`${program} failed (${how})`);
}

/** @throws Error where the server ended before it was ready */
async function startServer(port: number): Promise<{ readonly ended: Promise<string> }> {
  const child = start('postgres', serverArguments(folder, port), { politely: 'SIGINT', stdin: 'ignore' });
  const ended = endOf(child);
  while (running?.child === child) {
    const postmaster = await readPostmaster(clusterIn(folder));
    if (postmaster?.pid === child.pid && postmaster?.status === 'ready') return { ended };
    await Promise.race([ended, delay(ASK_EVERY_MS)]);
  }
  throw new Error(`PostgreSQL ended before it was ready (${await ended})`);
}

async function startServerWithRetries(): Promise<{ readonly port: number; readonly ended: Promise<string> }> {
  const wasLeftUnclean = (await readPostmaster(clusterIn(folder))) !== undefined;
  const deadline = performance.now() + RETRY_FOR_MS;
  for (;;) {
    const port = config.POSTGRES_PORT === 0 ? await freePort('127.0.0.1') : config.POSTGRES_PORT;
    try {
      return { port, ...(await startServer(port)) };
    } catch (error) {
      // A free port may have been taken in the meantime; everything else stays as it is, however often it is tried.
      const mayPass = wasLeftUnclean || config.POSTGRES_PORT === 0;
      if (stopping || !mayPass || performance.now() >= deadline) throw error;
      await delay(RETRY_EVERY_MS);
    }
  }
}

/**
 * A SIGTERM from elsewhere has PostgreSQL take no more clients and wait for those that it has. Ours never leave, so it is
 * told not to wait; then it is started again.
 */
async function untilEnded(ended: Promise<string>): Promise<string> {
  for (;;) {
    const how = await Promise.race([ended, delay(SEE_WHETHER_IT_STOPS_EVERY_MS)]);
    if (how !== undefined) return how;
    if ((await readPostmaster(clusterIn(folder)))?.status === 'stopping') running?.child.kill('SIGINT');
  }
}

async function serve(): Promise<void> {
  if (await hasCluster(folder)) await giveTo(user, folder);
  else await createCluster(folder, user, run);
  await clearFormerPostmaster(clusterIn(folder), console.log);
  const server = await startServerWithRetries();
  reportListening(server.port);
  const how = await untilEnded(server.ended);
  if (!stopping) throw new Error(`PostgreSQL ended (${how})`);
}

try {
  await serve();
} catch (error) {
  if (!stopping) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
  if (running) {
    stop();
    await endOf(running.child);
  }
}
// The pipe to the supervisor would keep this process alive.
process.exit();
