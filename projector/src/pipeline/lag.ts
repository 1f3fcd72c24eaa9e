import type { EventStore } from '@ledger/shared/event-store/event-store';
import { StoreUnavailableError } from '@ledger/shared/event-store/event-store';
import { accountStreamPrefix } from '@ledger/shared/events/streams';
import type { TakenIn } from './taken-in.ts';

/** How far the projection is behind the store. */
export interface Lag {
  /** Events that are not projected. */
  readonly events: number;
  /** When the oldest of them was written; undefined where there is none. */
  readonly oldest: Date | undefined;
}

/** What is taken in and not projected yet, in order, and the position of the last event taken in so far. */
export interface Waiting {
  readonly events: number;
  readonly oldest: TakenIn | undefined;
  readonly upTo: bigint | undefined;
}

/** So many of the store's newest events are looked at: a look costs some 10 ms. */
const mostLookedAt = 1_000;

/**
 * Adds to what waits here what waits in the store. Where more than a thousand events, of whatever stream, were written
 * after the last one taken in, only those are looked at: the lag is then at least what is told. A store that can't be read
 * has nothing to add.
 */
export async function lagOf(store: EventStore, { events, oldest, upTo }: Waiting): Promise<Lag> {
  let waiting = 0;
  let oldestInStore: Date | undefined;
  let lookedAt = 0;
  try {
    for await (const { stream, position, created } of store.readAllBackwards()) {
      if (upTo !== undefined && position <= upTo) break;
      if (lookedAt++ === mostLookedAt) break;
      if (!stream.startsWith(accountStreamPrefix)) continue;
      waiting++;
      oldestInStore = created;
    }
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
  }
  return { events: events + waiting, oldest: oldest?.recorded.created ?? oldestInStore };
}
