import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { ChildMessage } from '@ledger/shared/process/parent';

export interface Child {
  readonly pid: number;
  /** Where it listens. */
  readonly port: number;
  /** Ends it with SIGTERM; resolves when it has ended. */
  stop(): Promise<void>;
}

/**
 * Starts a compiled script as a process of its own and waits until it tells its port. It ends when this process does.
 * @param execArgv arguments for Node itself
 * @throws Error with what it said on stderr, where it ends before that
 */
export async function startChild(
  script: URL,
  env: NodeJS.ProcessEnv,
  execArgv: readonly string[] = [],
): Promise<Child> {
  const child = fork(script, {
    env: { ...process.env, ...env },
    execArgv: [...execArgv],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.on('data', (text) => {
    said += String(text);
  });
  const ended = once(child, 'exit');
  const listening = once(child, 'message') as Promise<[ChildMessage]>;
  const first = await Promise.race([listening, ended.then(() => undefined)]);
  if (!first || child.pid === undefined) throw new Error(`${script.pathname} did not start: ${said.trim()}`);
  return {
    pid: child.pid,
    port: first[0].listening.port,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
