import { setTimeout as delay } from 'node:timers/promises';

const firstPauseMs = 100;
const longestPauseMs = 2_000;

/** For too long nothing could be settled. */
export class GaveUp extends Error {
  override readonly name = 'GaveUp';
}

export interface PatienceOptions {
  /** Milliseconds without any progress. */
  readonly giveUpAfterMs: number;
  /** Ends a pause at once. */
  readonly signal: AbortSignal;
  /** Called before a pause. */
  readonly onPause: (why: string) => void;
}

/** How long to go on trying one thing. */
export interface Patience {
  progressed(): void;
  /**
   * Waits before the next attempt, longer each time.
   * @throws GaveUp when `giveUpAfterMs` have passed since the first failure without progress
   */
  pause(why: string): Promise<void>;
}

export function beginPatience({ giveUpAfterMs, signal, onPause }: PatienceOptions): Patience {
  let failingSince: number | undefined;
  let pauseMs = firstPauseMs;
  return {
    progressed() {
      failingSince = undefined;
      pauseMs = firstPauseMs;
    },
    async pause(why) {
      failingSince ??= performance.now();
      if (performance.now() - failingSince >= giveUpAfterMs) {
        throw new GaveUp(`gave up after ${giveUpAfterMs / 1000} s without an outcome: ${why}`);
      }
      onPause(why);
      await delay(pauseMs, undefined, { signal });
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    },
  };
}
