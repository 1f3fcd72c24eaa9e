import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { lastWords, openLog } from './child-log.ts';
import { type Ending, type RunningChild, runChild } from './run-child.ts';
import { StartError } from './start-error.ts';

const FIRST_RESTART_AFTER_MS = 200;
/** Below the 10 s for which the gateway holds a request whose service is away. */
const LAST_RESTART_AFTER_MS = 5_000;
/** A process that lived this long starts with the shortest delay again. */
const SETTLED_AFTER_MS = 30_000;
/** A signal to the whole group can end a child before this process hears of it: then nothing is to be said. */
const HEAR_OF_STOP_WITHIN_MS = 100;

export interface ChildSpec {
  readonly name: string;
  /** The compiled file to run. */
  readonly module: string;
  readonly log: string;
  /** Its port, in the variable that it reads it from; 0 takes a free one, the same again at each restart. */
  readonly port: { readonly variable: string; readonly wanted: number };
  /** What it gets beside this process's own environment; awaited at each start, so it may wait for another child. */
  readonly environment: () => Promise<Readonly<Record<string, string>>>;
}

export interface SupervisedChild {
  readonly name: string;
  /** At once where the port was given, else when it listens. */
  readonly port: Promise<number>;
  /**
   * Resolves when it listens for the first time. Rejects with a StartError where it ended by itself before that: it
   * would not fare better a second time, so there is none.
   */
  readonly listening: Promise<number>;
  /** Does not start it again when it ends, as it may at any moment once all is to stop. */
  letEnd(): void;
  /** SIGTERM, and no restart. Resolves when it has ended. */
  stop(): Promise<void>;
  /** The same with SIGKILL. */
  kill(): Promise<void>;
}

/**
 * Runs a process and starts it again, for ever, when it ends, with a growing delay.
 * @param say prints a line for people
 */
export function superviseChild(spec: ChildSpec, say: (line: string) => void): SupervisedChild {
  const stopping = new AbortController();
  const stopped = once(stopping.signal, 'abort').then(() => ({}));
  let port = spec.port.wanted;
  let hasListened = false;
  let running: RunningChild | undefined;
  let restartAfterMs = FIRST_RESTART_AFTER_MS;

  let finished: Promise<void> = Promise.resolve();
  let listens: (port: number) => void = () => {};
  const listening = new Promise<number>((resolve, reject) => {
    listens = (actual) => {
      port = actual;
      hasListened = true;
      resolve(actual);
    };
    finished = superviseUntilStopped(reject);
  });

  async function superviseUntilStopped(neverListens: (error: unknown) => void): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await runAndWait();
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (!hasListened) return neverListens(error);
        say(`${spec.name} could not be started again: ${error instanceof Error ? error.message : String(error)}`);
        await Promise.race([delay(LAST_RESTART_AFTER_MS), stopped]);
      }
    }
  }

  async function runAndWait(): Promise<void> {
    const environment = await Promise.race([spec.environment(), stopped]);
    const log = await openLog(spec.log);
    try {
      if (stopping.signal.aborted) return;
      const env = { NODE_ENV: 'production', ...process.env, ...environment, [spec.port.variable]: String(port) };
      running = runChild(spec.module, env, log.handle, listens);
    } finally {
      await log.handle.close();
    }
    const ending = await running.ended;
    running = undefined;
    await delay(HEAR_OF_STOP_WITHIN_MS, undefined, { signal: stopping.signal });
    await restartAfter(ending, await lastWords(spec.log, log.startsAt));
  }

  async function restartAfter(ending: Ending, words: readonly string[]): Promise<void> {
    if (ending.byItself && !hasListened) {
      throw new StartError([`${spec.name} could not start (${ending.how}); its log is ${spec.log}`, ...words]);
    }
    if (ending.livedMs >= SETTLED_AFTER_MS) restartAfterMs = FIRST_RESTART_AFTER_MS;
    say(`${spec.name} ended (${ending.how}); starting it again in ${restartAfterMs / 1000} s`);
    for (const line of words) say(`  ${line}`);
    await delay(restartAfterMs, undefined, { signal: stopping.signal });
    restartAfterMs = Math.min(restartAfterMs * 2, LAST_RESTART_AFTER_MS);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    stopping.abort();
    running?.signal(signal);
    await finished;
  }

  return {
    name: spec.name,
    port: port === 0 ? listening : Promise.resolve(port),
    listening,
    letEnd: () => stopping.abort(),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}
