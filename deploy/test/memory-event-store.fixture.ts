import { EventEmitter, once } from 'node:events';
import {
  type EventStore,
  type ExpectedRevision,
  type JsonEvent,
  type RecordedEvent,
  StoreUnavailableError,
  WrongRevisionError,
} from '@ledger/shared/event-store/event-store';

/** An event store in this process's memory, which can be made to fail on purpose. */
export interface MemoryEventStore extends EventStore {
  /** While false, every call and subscription fails as if the server were gone. */
  reachable(reachable: boolean): void;
  /** Ends the subscriptions that run, as a server does with a consumer that is too slow. */
  dropSubscribers(): void;
  readonly events: readonly RecordedEvent[];
  /** The position that each subscription made so far asked to go on after. */
  readonly subscriptions: readonly (bigint | undefined)[];
  /** Makes later subscriptions begin so many events too early. */
  rewind(events: number): void;
}

export function memoryEventStore(): MemoryEventStore {
  const events: RecordedEvent[] = [];
  const changes = new EventEmitter().setMaxListeners(0);
  let isReachable = true;
  let dropped = 0;
  const subscriptions: (bigint | undefined)[] = [];
  let rewound = 0;

  const check = () => {
    if (!isReachable) throw new StoreUnavailableError('the store is not reachable');
  };
  const ofStream = (stream: string) => events.filter((event) => event.stream === stream);

  return {
    events,
    subscriptions,
    rewind(events) {
      rewound = events;
    },
    reachable(reachable) {
      isReachable = reachable;
      changes.emit('change');
    },
    dropSubscribers() {
      dropped++;
      changes.emit('change');
    },
    async append(stream: string, added: readonly JsonEvent[], expected: ExpectedRevision) {
      check();
      const revision = ofStream(stream).length - 1;
      if (expected !== 'any' && (expected === 'no_stream' ? -1 : expected) !== revision) {
        throw new WrongRevisionError(`${stream} is at ${revision}, not ${expected}`);
      }
      const created = new Date(Date.UTC(2026, 0, 1) + events.length);
      for (const [index, { id, type, data, metadata }] of added.entries()) {
        const position = BigInt(events.length) * 100n + 7n;
        const stored: unknown[] = [data, metadata].map((part) => JSON.parse(JSON.stringify(part)));
        const at = { stream, id, type, revision: revision + 1 + index, position, created };
        events.push({ ...at, data: stored[0], metadata: stored[1] });
      }
      changes.emit('change');
      return { revision: revision + added.length };
    },
    async *readForwards(stream, fromRevision, limit = Number.POSITIVE_INFINITY) {
      check();
      yield* ofStream(stream).slice(fromRevision, fromRevision + limit);
    },
    async readLast(stream) {
      check();
      return ofStream(stream).at(-1);
    },
    async *readAllBackwards() {
      check();
      yield* events.toReversed();
    },
    async *readAllForwards(position, limit) {
      check();
      yield* events.filter((event) => event.position >= position).slice(0, limit);
    },
    async *subscribeToAll({ streamPrefix, after, signal }) {
      check();
      subscriptions.push(after);
      const droppedBefore = dropped;
      let next = Math.max(0, events.filter(({ position }) => position <= (after ?? -1n)).length - rewound);
      while (!signal.aborted) {
        check();
        if (dropped !== droppedBefore) throw new StoreUnavailableError('the consumer was too slow');
        const event = events[next];
        if (event) {
          next++;
          if (event.stream.startsWith(streamPrefix)) yield event;
          continue;
        }
        await once(changes, 'change', { signal }).catch(() => undefined);
      }
    },
    async setMaxCount() {
      check();
    },
    async dispose() {
      isReachable = false;
    },
  };
}
