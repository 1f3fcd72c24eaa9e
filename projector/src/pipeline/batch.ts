import { EventEmitter, once } from 'node:events';
import type { TakenIn } from './taken-in.ts';

/** Events between the subscription and PostgreSQL: bounded, in order, taken out in batches. */
export interface EventQueue {
  /** Adds an event; where the queue is full, it waits for room. */
  put(taken: TakenIn): Promise<void>;
  /** No more events come; `take` throws this once everything before it has been taken. */
  fail(error: unknown): void;
  /** Waits for a batch: full, or as old as it may get. Rejects when the queue's signal aborts. */
  take(): Promise<readonly TakenIn[]>;
  /** Events that wait here. */
  readonly size: number;
  readonly oldest: TakenIn | undefined;
}

export interface BatchLimits {
  readonly batchEvents: number;
  readonly batchWaitMs: number;
}

/** The queue holds two batches at most: one to be filled while the other is written. */
export function createEventQueue({ batchEvents, batchWaitMs }: BatchLimits, signal: AbortSignal): EventQueue {
  const changes = new EventEmitter();
  let waiting: TakenIn[] = [];
  let failure: { readonly error: unknown } | undefined;

  async function put(taken: TakenIn): Promise<void> {
    while (waiting.length >= 2 * batchEvents) await once(changes, 'taken', { signal });
    waiting.push(taken);
    if (waiting.length === 1) changes.emit('any');
    if (waiting.length === batchEvents) changes.emit('full');
  }

  function fail(error: unknown): void {
    failure = { error };
    changes.emit('any');
    changes.emit('full');
  }

  async function take(): Promise<readonly TakenIn[]> {
    if (waiting.length === 0 && !failure) await once(changes, 'any', { signal });
    if (waiting.length < batchEvents && !failure) await fullOrOld();
    signal.throwIfAborted();
    if (waiting.length === 0 && failure) throw failure.error;
    const batch = waiting.slice(0, batchEvents);
    waiting = waiting.slice(batchEvents);
    changes.emit('taken');
    return batch;
  }

  function fullOrOld(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        changes.off('full', done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, batchWaitMs);
      changes.once('full', done);
      signal.addEventListener('abort', done);
    });
  }

  return {
    put,
    fail,
    take,
    get size() {
      return waiting.length;
    },
    get oldest() {
      return waiting[0];
    },
  };
}
