import { setTimeout } from 'node:timers/promises';

const firstMs = 100;
const mostMs = 2_000;

export interface BackOff {
  /** Waits, each time in a row twice as long as before, at most two seconds; returns at once when `signal` aborts. */
  wait(signal: AbortSignal): Promise<void>;
  /** It has worked: the next wait is a short one. */
  reset(): void;
}

export function createBackOff(): BackOff {
  let nextMs = firstMs;
  return {
    async wait(signal) {
      const ms = nextMs;
      nextMs = Math.min(nextMs * 2, mostMs);
      try {
        await setTimeout(ms, undefined, { signal });
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
    reset() {
      nextMs = firstMs;
    },
  };
}
