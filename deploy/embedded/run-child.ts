import { type ChildProcess, fork } from 'node:child_process';
import type { FileHandle } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import type { ChildMessage } from '@ledger/shared/process/parent';

export interface Ending {
  /** "killed by SIGKILL", "exit code 1" or the reason why it did not run at all. */
  readonly how: string;
  /** It ended without a signal from outside. */
  readonly byItself: boolean;
  readonly livedMs: number;
}

export interface RunningChild {
  signal(name: NodeJS.Signals): void;
  /** Resolves when the process has ended; never rejects. */
  readonly ended: Promise<Ending>;
}

/**
 * Runs a Node process in this one's process group, tied to it by an IPC channel: it ends when this process does.
 * @param log takes its stdout and stderr directly, so that its last words are kept even if this process is gone
 * @param onListening gets the port that the process tells
 */
export function runChild(
  module: string,
  env: NodeJS.ProcessEnv,
  log: FileHandle,
  onListening: (port: number) => void,
): RunningChild {
  const startedAt = performance.now();
  const child = fork(module, [], { env, stdio: ['ignore', log.fd, log.fd, 'ipc'] });
  child.on('message', (message) => {
    if (isChildMessage(message)) onListening(message.listening.port);
  });
  return {
    signal: (name) => child.kill(name),
    ended: endOf(child).then((ending) => ({ ...ending, livedMs: performance.now() - startedAt })),
  };
}

function endOf(child: ChildProcess): Promise<Omit<Ending, 'livedMs'>> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) =>
      resolve(
        signal === null
          ? { how: `exit code ${code}`, byItself: true }
          : { how: `killed by ${signal}`, byItself: false },
      ),
    );
    // Node reports here that it could not run it; a signal or message that could not be sent is followed by an exit.
    child.on('error', (error) => {
      if (child.pid === undefined) resolve({ how: error.message, byItself: true });
    });
  });
}

function isChildMessage(message: unknown): message is ChildMessage {
  if (typeof message !== 'object' || message === null || !('listening' in message)) return false;
  const { listening } = message;
  return (
    typeof listening === 'object' && listening !== null && 'port' in listening && typeof listening.port === 'number'
  );
}
