import { EventEmitter, once } from 'node:events';
import { sizeOf, type TakenIn } from './taken-in.ts';

/** Events between the subscription and PostgreSQL: bounded, in order, taken out in batches. */
export interface EventQueue {
  /** Adds events, once there is room. Rejects where the queue has failed, and when its signal aborts. */
  put(events: readonly TakenIn[]): Promise<void>;
  /** No more events are let in; `take` throws this once everything before it has been taken. The first failure counts. */
  fail(error: unknown): void;
  /**
   * Waits for a batch, of one event at least. A full one comes at once; another one no sooner than `batchWaitMs` after the batch before it: where
   * events keep coming they share its cost, and one that comes alone does not wait. Rejects when the queue's signal aborts.
   */
  take(): Promise<readonly TakenIn[]>;
  /** Events that wait here. */
  readonly size: number;
  readonly oldest: TakenIn | undefined;
  /** The last one that was put in, taken out or not. */
  readonly newest: TakenIn | undefined;
}

export interface BatchLimits {
  readonly batchEvents: number;
  readonly batchWaitMs: number;
}

/** A batch of large events has fewer of them: so much memory, about, is a batch, however many events are allowed. */
const mostCharacters = 16 * 1024 * 1024;

/** The queue is full with one batch, which fills while the one before it is written. */
export function createEventQueue({ batchEvents, batchWaitMs }: BatchLimits, signal: AbortSignal): EventQueue {
  const changes = new EventEmitter();
  let waiting: TakenIn[] = [];
  let characters = 0;
  let newest: TakenIn | undefined;
  let failure: { readonly error: unknown } | undefined;
  let takenAt = Number.NEGATIVE_INFINITY;

  async function put(events: readonly TakenIn[]): Promise<void> {
    if (events.length === 0) return;
    while (isFull() && !failure) await once(changes, 'taken', { signal });
    if (failure) throw failure.error;
    signal.throwIfAborted();
    for (const taken of events) {
      waiting.push(taken);
      characters += sizeOf(taken);
    }
    newest = events.at(-1);
    changes.emit('any');
    if (isFull()) changes.emit('full');
  }

  function isFull(): boolean {
    return waiting.length >= batchEvents || characters >= mostCharacters;
  }

  function fail(error: unknown): void {
    failure ??= { error };
    changes.emit('any');
    changes.emit('full');
  }

  async function take(): Promise<readonly TakenIn[]> {
    signal.throwIfAborted();
    if (waiting.length === 0 && !failure) await once(changes, 'any', { signal });
    const waitMs = takenAt + batchWaitMs - performance.now();
    if (!isFull() && !failure && waitMs > 0) await fullOrAfter(waitMs);
    signal.throwIfAborted();
    if (waiting.length === 0 && failure) throw failure.error;
    const batch = waiting.slice(0, lengthOfBatch());
    waiting = waiting.slice(batch.length);
    for (const taken of batch) characters -= sizeOf(taken);
    takenAt = performance.now();
    changes.emit('taken');
    return batch;
  }

  /** One at least, where there is one. */
  function lengthOfBatch(): number {
    if (characters <= mostCharacters) return batchEvents;
    let length = 0;
    let sum = 0;
    for (const taken of waiting) {
      sum += sizeOf(taken);
      if (length > 0 && (length === batchEvents || sum > mostCharacters)) break;
      length += 1;
    }
    return length;
  }

  function fullOrAfter(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        changes.off('full', done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, waitMs);
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
    get newest() {
      return newest;
    },
  };
}
