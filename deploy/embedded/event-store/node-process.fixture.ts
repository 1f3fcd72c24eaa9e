import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { ChildMessage } from '@ledger/shared/process/parent';

/** As `npm run build` left it. */
const SERVER = new URL('../../dist/embedded/event-store/server.js', import.meta.url);

export interface NodeProcess {
  readonly process: ChildProcess;
  readonly port: number;
  readonly url: string;
}

/**
 * Starts the node as a process of its own and waits until it listens.
 * @param port default: a free one
 * @throws Error with what it said, where it ends before that
 */
export async function startProcess(directory: string, port = 0): Promise<NodeProcess> {
  const child = fork(SERVER, {
    env: { ...process.env, EVENTSTORE_DIR: directory, EVENTSTORE_PORT: String(port), LOG_LEVEL: 'silent' },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.on('data', (text) => {
    said += String(text);
  });
  const listening = once(child, 'message') as Promise<[ChildMessage]>;
  const first = await Promise.race([listening, once(child, 'exit').then(() => undefined)]);
  if (!first) throw new Error(`the event store process ended before it listened: ${said.trim()}`);
  const taken = first[0].listening.port;
  return { process: child, port: taken, url: `esdb://127.0.0.1:${taken}?tls=false` };
}
