import { performance } from 'node:perf_hooks';
import { setTimeout as pause, setImmediate } from 'node:timers/promises';

/** Time as the handling of commands needs it: monotonic, in milliseconds, of no meaning outside this process. */
export interface Timers {
  now(): number;
  /** The machine's own clock, which may be wrong and may jump: only to notice that time has passed which `now` has not counted. */
  wallClock(): number;
  pause(ms: number): Promise<unknown>;
  /** Resolves when what came in with this turn of the event loop has been taken in. */
  endOfTurn(): Promise<unknown>;
  /** Runs the action once, after so many milliseconds, unless what this answers is called before. */
  after(ms: number, action: () => void): () => void;
}

export const machineTimers: Timers = {
  now: () => performance.now(),
  wallClock: () => Date.now(),
  pause: (ms) => pause(ms),
  endOfTurn: () => setImmediate(),
  after(ms, action) {
    const timer = setTimeout(action, ms).unref();
    return () => clearTimeout(timer);
  },
};
