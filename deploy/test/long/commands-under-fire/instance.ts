import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type NodeProcess, startProcess } from '../../../embedded/event-store/node-process.fixture.ts';
import { freePort } from '../../../embedded/ports.ts';
import { repository } from '../../end-to-end/ledger.fixture.ts';
import { startTcpProxy, type TcpProxy } from '../../tcp-proxy.fixture.ts';

/** A process that can be killed, and started again on its port. */
export interface Killable {
  /** @throws Error where it has ended by itself */
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** A command-api process with a way of its own to the event store. */
export interface Instance extends Killable {
  readonly origin: string;
  readonly proxy: TcpProxy;
}

/** Short, so that some commands end without a known outcome. */
const COMMAND_DEADLINE_MS = '1200';

/** The compiled command-api behind a proxy of its own; not started yet. */
export async function createInstance(storePort: number): Promise<Instance> {
  const proxy = await startTcpProxy(storePort);
  const port = await freePort('127.0.0.1');
  const env = {
    ...process.env,
    EVENTSTORE_URL: `esdb://127.0.0.1:${proxy.port}?tls=false`,
    COMMAND_API_PORT: String(port),
    COMMAND_DEADLINE_MS,
    LOG_LEVEL: 'error',
  };
  let child: ChildProcess | undefined;
  return {
    origin: `http://127.0.0.1:${port}`,
    proxy,
    kill: () => kill(child, 'a command-api process'),
    async start() {
      child = spawn(process.execPath, [join(repository, 'command-api/dist/server.js')], {
        env,
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      const first = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => undefined)]);
      if (!first) throw new Error('a command-api process ended before it listened');
    },
  };
}

/** The event store node as a process on a data directory, which it finds again when it is started again. */
export async function startNode(
  directory: string,
): Promise<Killable & { readonly port: number; readonly url: string }> {
  const port = await freePort('127.0.0.1');
  let node: NodeProcess;
  const start = async () => {
    node = await startProcess(directory, port);
  };
  await start();
  return { port, url: `esdb://127.0.0.1:${port}?tls=false`, start, kill: () => kill(node.process, 'the event store') };
}

async function kill(child: ChildProcess | undefined, what: string): Promise<void> {
  // By an earlier kill, after which it was not started again.
  if (!child || child.killed) return;
  if (child.exitCode !== null || child.signalCode !== null) {
    throw new Error(`${what} ended by itself: ${child.exitCode ?? child.signalCode}`);
  }
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
