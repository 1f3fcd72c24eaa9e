import { type EventStore, type RecordedEvent, StoreUnavailableError } from '@ledger/shared/event-store/event-store';
import { accountStreamPrefix } from '@ledger/shared/events/streams';
import type { Logger } from '@ledger/shared/log';
import { createBackOff } from './back-off.ts';
import { type CheckpointEvent, confirmInStore } from './checkpoint.ts';
import type { EventQueue } from './event-queue.ts';
import { type TakenIn, takeIn } from './taken-in.ts';

export interface SubscriptionOptions {
  readonly store: EventStore;
  /** The event to go on after; undefined: from the start. */
  readonly after: CheckpointEvent | undefined;
  readonly queue: EventQueue;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Called with undefined when the store answers, and with the reason when it does not. */
  readonly onStore: (problem: string | undefined) => void;
}

/**
 * Puts the events of all accounts into the queue, until `signal` aborts. A subscription that ends is made again after
 * the last event taken in, once that event has been found in the store; what can't be gone on from fails the queue.
 */
export async function takeInEvents(options: SubscriptionOptions): Promise<void> {
  const { store, queue, log, signal, onStore } = options;
  const backOff = createBackOff();
  let last = options.after;

  async function followUntilLost(): Promise<void> {
    await (last ? confirmInStore(store, last) : findStore(store));
    onStore(undefined);
    const subscription = store.subscribeToAll({ streamPrefix: accountStreamPrefix, after: last?.position, signal });
    for await (const events of subscription) {
      const news = events.filter(({ position }) => !last || position > last.position);
      const { takenIn, stopped } = takeInAll(news);
      await queue.put(takenIn);
      if (stopped) throw stopped;
      const newest = news.at(-1);
      if (newest) last = { position: newest.position, eventId: newest.id };
      backOff.reset();
    }
  }

  while (!signal.aborted) {
    try {
      await followUntilLost();
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof StoreUnavailableError)) {
        queue.fail(error);
        return;
      }
      onStore(error.message);
      log.info({ reason: error.message, after: last?.position.toString() }, 'subscribing again');
      await backOff.wait(signal);
    }
  }
}

/** Reads events up to the first one that can't be read. */
function takeInAll(events: readonly RecordedEvent[]) {
  const takenIn: TakenIn[] = [];
  try {
    for (const recorded of events) takenIn.push(takeIn(recorded));
  } catch (error) {
    return { takenIn, stopped: error };
  }
  return { takenIn, stopped: undefined };
}

/** @throws StoreUnavailableError where the store does not answer. */
async function findStore(store: EventStore): Promise<void> {
  for await (const _ of store.readAllForwards(0n, 1)) return;
}
