import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { ChildMessage } from '@ledger/shared/process/parent';

const server = new URL('../../../../projector/dist/server.js', import.meta.url);

export interface ProjectorProcess {
  readonly process: ChildProcess;
  readonly ended: Promise<unknown>;
  /** Once it listens: what it answers, such as /readyz or /metrics. */
  get(path: string): Promise<{ readonly status: number; readonly text: string }>;
}

export interface ProjectorProcessOptions {
  readonly databaseUrl: string;
  readonly eventStoreUrl: string;
  readonly batchEvents: number;
}

/** Starts the projector, as `npm run build` left it, as a process of its own. */
export function startProjectorProcess(options: ProjectorProcessOptions): ProjectorProcess {
  const child = fork(server, {
    env: {
      ...process.env,
      DATABASE_URL: options.databaseUrl,
      EVENTSTORE_URL: options.eventStoreUrl,
      PROJECTOR_PORT: '0',
      PROJECTOR_BATCH_EVENTS: String(options.batchEvents),
      PROJECTOR_BATCH_WAIT_MS: '0',
      LOG_LEVEL: 'error',
    },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const listening = once(child, 'message') as Promise<[ChildMessage]>;
  return {
    process: child,
    ended,
    async get(path) {
      const [{ listening: at }] = await listening;
      const response = await fetch(`http://127.0.0.1:${at.port}${path}`);
      return { status: response.status, text: await response.text() };
    },
  };
}
