import { randomUUID } from 'node:crypto';
import {
  type Appended,
  type EventStore,
  type ExpectedRevision,
  type JsonEvent,
  OutcomeUnknownError,
  type RecordedEvent,
  StoreUnavailableError,
} from '@ledger/shared/event-store/event-store';
import { createStreams } from '../../../deploy/test/simulated-streams.fixture.ts';

/** What happens to an append on its way: `write` does what the store would do. */
export type Interception = (write: () => Appended, append: Attempt) => Appended | Promise<Appended>;

export interface Attempt {
  readonly stream: string;
  readonly events: readonly JsonEvent[];
  readonly expected: ExpectedRevision;
}

export const lostBeforeWriting: Interception = () => {
  throw new OutcomeUnknownError('the connection was lost');
};

export const lostAfterWriting: Interception = (write) => {
  write();
  throw new OutcomeUnknownError('the acknowledgement was lost');
};

export interface SimulatedStore extends EventStore {
  /** Every append that was asked for, those that failed included. */
  readonly attempts: readonly Attempt[];
  /** How many reads of a stream were begun. */
  readonly reads: number;
  /** While true, reads and appends fail, and nothing is written. */
  unavailable: boolean;
  /** Runs before every append and read; for delays. */
  beforeCall: () => Promise<void>;
  /** The next appends go through these, one each, in order. */
  interceptNext(...interceptions: readonly Interception[]): void;
  /** What every append goes through that has no interception of its own. */
  interceptAll: Interception | undefined;
  /** What a restart of the server leaves behind: with `any`, the ids of earlier events are new. */
  restart(): void;
  events(stream: string): readonly RecordedEvent[];
  /** Writes as another process would. */
  write(stream: string, events: readonly JsonEvent[], expected: ExpectedRevision): Appended;
}

/** An event store in memory that answers as the real one was recorded to, unless it is told to fail. */
export function createSimulatedStore(): SimulatedStore {
  const streams = createStreams();
  const attempts: Attempt[] = [];
  const interceptions: Interception[] = [];
  let reads = 0;

  async function* read(select: () => readonly (RecordedEvent | undefined)[]): AsyncGenerator<RecordedEvent> {
    reads += 1;
    await store.beforeCall();
    for (const event of select()) {
      if (store.unavailable) throw new StoreUnavailableError('the store is away');
      if (event) yield event;
    }
    if (store.unavailable) throw new StoreUnavailableError('the store is away');
  }

  const store: SimulatedStore = {
    attempts,
    get reads() {
      return reads;
    },
    unavailable: false,
    beforeCall: () => Promise.resolve(),
    interceptAll: undefined,
    interceptNext: (...next) => void interceptions.push(...next),
    restart: () => streams.forgetRecentIds(),
    events: (stream) => streams.all.filter((event) => event.stream === stream),
    write: streams.append,
    async append(stream, events, expected) {
      attempts.push({ stream, events, expected });
      const intercept = interceptions.shift() ?? store.interceptAll ?? ((proceed: () => Appended) => proceed());
      await store.beforeCall();
      if (store.unavailable) throw new OutcomeUnknownError('the store is away');
      return intercept(() => streams.append(stream, events, expected), { stream, events, expected });
    },
    readForwards: (stream, fromRevision, limit) => read(() => streams.readForwards(stream, fromRevision, limit)),
    async readLast(stream) {
      for await (const event of read(() => [streams.readLast(stream)])) return event;
      return undefined;
    },
    readAllBackwards: () => read(() => streams.readAllBackwards()),
    readAllForwards: (position, limit) => read(() => streams.readAllForwards(position, limit)),
    subscribeToAll() {
      throw new Error('the command side subscribes to nothing');
    },
    async setMaxCount(stream, maxCount) {
      if (store.unavailable) throw new StoreUnavailableError('the store is away');
      streams.setMaxCount(stream, maxCount);
    },
    dispose: () => Promise.resolve(),
  };
  return store;
}

/** Another process's event, under an id of its own. */
export function foreignEvent({ type, data, metadata }: Omit<JsonEvent, 'id'>): JsonEvent {
  return { id: randomUUID(), type, data, metadata };
}
