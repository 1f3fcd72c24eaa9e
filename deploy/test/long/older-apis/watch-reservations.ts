import type { EventStore } from '@ledger/shared/event-store/event-store';
import { uidStream } from '@ledger/shared/events/streams';

/** Sees the reservations of uids that begin with `prefix` as they are written. */
export interface ReservationWatch {
  /** Resolves as soon as so many are written. @throws StoreUnavailableError */
  count(atLeast: number): Promise<void>;
  stop(): Promise<void>;
}

export function watchReservations(store: EventStore, prefix: string): ReservationWatch {
  const over = new AbortController();
  const reservations = store
    .subscribeToAll({ streamPrefix: uidStream(prefix), after: undefined, signal: over.signal })
    [Symbol.asyncIterator]();
  let seen = 0;
  return {
    async count(atLeast) {
      while (seen < atLeast) {
        const { value, done } = await reservations.next();
        if (done) throw new Error(`the subscription to the reservations of ${prefix} ended`);
        seen += value.length;
      }
    },
    async stop() {
      over.abort();
      await reservations.return?.();
    },
  };
}
