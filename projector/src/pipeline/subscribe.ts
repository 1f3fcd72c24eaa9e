import { type EventStore, StoreUnavailableError } from '@ledger/shared/event-store/event-store';
import { accountStreamPrefix } from '@ledger/shared/events/streams';
import type { Logger } from '@ledger/shared/log';
import { createBackOff } from './back-off.ts';
import type { EventQueue } from './batch.ts';
import { type CheckpointEvent, confirmInStore } from './checkpoint.ts';
import { takeIn } from './taken-in.ts';

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
      for (const recorded of events) {
        if (last && recorded.position <= last.position) continue;
        await queue.put(takeIn(recorded));
        last = { position: recorded.position, eventId: recorded.id };
        backOff.reset();
      }
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

/** @throws StoreUnavailableError where the store does not answer. */
async function findStore(store: EventStore): Promise<void> {
  for await (const _ of store.readAllForwards(0n, 1)) return;
}
