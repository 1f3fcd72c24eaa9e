import { EventEmitter, once } from 'node:events';
import { type EventStore, type RecordedEvent, StoreUnavailableError } from '@ledger/shared/event-store/event-store';
import { createStreams } from './simulated-streams.fixture.ts';

/** An event store in this process's memory, which can be made to fail on purpose. */
export interface MemoryEventStore extends EventStore {
  /** While false, every call and subscription fails as if the server were gone. */
  reachable(reachable: boolean): void;
  /** Ends the subscriptions that run, as a server does with a consumer that is too slow. */
  dropSubscribers(): void;
  /** What a restart of the server leaves behind: with `any`, the ids of earlier events are new. */
  restart(): void;
  /** Every event but the one that a store begins with. */
  readonly events: readonly RecordedEvent[];
  /** The position that each subscription made so far asked to go on after. */
  readonly subscriptions: readonly (bigint | undefined)[];
  /** Makes later subscriptions begin so many events too early. */
  rewind(events: number): void;
}

/** So many events come together at most. */
const mostTogether = 10;

export function memoryEventStore(): MemoryEventStore {
  let writes = 0;
  const streams = createStreams({ now: () => new Date(Date.UTC(2026, 0, 1) + writes++) });
  const changes = new EventEmitter().setMaxListeners(0);
  let isReachable = true;
  let dropped = 0;
  const subscriptions: (bigint | undefined)[] = [];
  let rewound = 0;

  const check = () => {
    if (!isReachable) throw new StoreUnavailableError('the store is not reachable');
  };

  return {
    get events() {
      return streams.all.slice(1);
    },
    subscriptions,
    rewind(events) {
      rewound = events;
    },
    reachable(reachable) {
      isReachable = reachable;
      changes.emit('change');
    },
    restart: () => streams.forgetRecentIds(),
    dropSubscribers() {
      dropped++;
      changes.emit('change');
    },
    async append(stream, events, expected) {
      check();
      const appended = streams.append(stream, events, expected);
      changes.emit('change');
      return appended;
    },
    async *readForwards(stream, fromRevision, limit) {
      check();
      yield* streams.readForwards(stream, fromRevision, limit);
    },
    async readLast(stream) {
      check();
      return streams.readLast(stream);
    },
    async *readAllBackwards() {
      check();
      yield* streams.readAllBackwards();
    },
    async *readAllForwards(position, limit) {
      check();
      yield* streams.readAllForwards(position, limit);
    },
    async *subscribeToAll({ streamPrefix, after, signal }) {
      check();
      subscriptions.push(after);
      const droppedBefore = dropped;
      // Refuses a position that is none.
      streams.readAllForwards(after ?? 0n, 1);
      const isTaken = ({ position }: RecordedEvent) => after !== undefined && position <= after;
      let next = Math.max(0, streams.all.filter(isTaken).length - rewound);
      while (!signal.aborted) {
        check();
        if (dropped !== droppedBefore) throw new StoreUnavailableError('the consumer was too slow');
        if (next < streams.all.length) {
          const events = streams.all.slice(next, next + mostTogether);
          next += events.length;
          const wanted = events.filter(({ stream }) => stream.startsWith(streamPrefix));
          if (wanted.length > 0) yield wanted;
          continue;
        }
        await once(changes, 'change', { signal }).catch(() => undefined);
      }
    },
    async setMaxCount(stream, maxCount) {
      check();
      streams.setMaxCount(stream, maxCount);
      changes.emit('change');
    },
    async dispose() {
      isReachable = false;
    },
  };
}
