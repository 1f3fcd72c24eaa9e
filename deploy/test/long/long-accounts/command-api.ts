import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ChildMessage } from '@ledger/shared/process/parent';
import { untilReady } from '../../../embedded/readiness.ts';
import { repository } from '../../end-to-end/ledger.fixture.ts';

export interface CommandApi {
  readonly process: ChildProcess;
  readonly origin: string;
}

/** Starts the compiled command-api as a process of its own that waits long for an outcome; ready when this resolves. */
export async function startCommandApi(eventStoreUrl: string): Promise<CommandApi> {
  const child = fork(join(repository, 'command-api/dist/server.js'), {
    env: {
      ...process.env,
      EVENTSTORE_URL: eventStoreUrl,
      COMMAND_API_PORT: '0',
      COMMAND_DEADLINE_MS: '600000',
      LOG_LEVEL: 'error',
    },
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const listening = once(child, 'message') as Promise<[ChildMessage]>;
  const first = await Promise.race([listening, once(child, 'exit').then(() => undefined)]);
  if (!first) throw new Error('a command-api process ended before it listened');
  const origin = `http://127.0.0.1:${first[0].listening.port}`;
  await untilReady(origin, () => undefined);
  return { process: child, origin };
}

/** Ends a process with SIGTERM, and waits until it has ended. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
