import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { ChildMessage } from '@ledger/shared/process/parent';

const SERVER = new URL('./server.ts', import.meta.url);

/** Starts the node as a process of its own on a free port. */
export async function startProcess(directory: string): Promise<{ process: ChildProcess; url: string }> {
  const child = fork(SERVER, {
    env: { ...process.env, EVENTSTORE_DIR: directory, EVENTSTORE_PORT: '0', LOG_LEVEL: 'silent' },
    execArgv: ['--import', 'tsx', '--conditions', 'ledger-source'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const [message] = (await once(child, 'message')) as [ChildMessage];
  return { process: child, url: `esdb://127.0.0.1:${message.listening.port}?tls=false` };
}
