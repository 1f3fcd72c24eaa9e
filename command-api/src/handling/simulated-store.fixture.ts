import { randomUUID } from 'node:crypto';
import {
  type Appended,
  type EventStore,
  type ExpectedRevision,
  type JsonEvent,
  OutcomeUnknownError,
  type RecordedEvent,
  StoreUnavailableError,
  WrongRevisionError,
} from '@ledger/shared/event-store/event-store';

/** What the real store allows for the data of one append. */
const appendLimitBytes = 1_048_576;

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
  events(stream: string): readonly RecordedEvent[];
  /** Writes as another process would. */
  write(stream: string, events: readonly JsonEvent[], expected: ExpectedRevision): Appended;
}

/**
 * An event store in memory, after the recorded facts of the real one: at an exact revision the very same ids again are
 * answered with their first result, at the current revision everything is written, known ids included.
 */
export function createSimulatedStore(): SimulatedStore {
  const streams = new Map<string, RecordedEvent[]>();
  const all: RecordedEvent[] = [];
  const attempts: Attempt[] = [];
  const interceptions: Interception[] = [];
  let reads = 0;

  function write(stream: string, events: readonly JsonEvent[], expected: ExpectedRevision): Appended {
    const bytes = events.reduce((sum, { data }) => sum + Buffer.byteLength(JSON.stringify(data)), 0);
    if (bytes > appendLimitBytes) throw new RangeError(`an append of ${bytes} bytes is over the limit`);
    const recorded = streams.get(stream) ?? [];
    const last = recorded.length - 1;
    const after = expected === 'any' ? last : expected === 'no_stream' ? -1 : expected;
    if (after !== last) {
      const repeated = events.every(({ id }, at) => recorded[after + 1 + at]?.id === id);
      if (!repeated) throw new WrongRevisionError(`${stream} is at ${last}, not at ${after}`);
      return { revision: after + events.length };
    }
    streams.set(stream, recorded);
    for (const { id, type, data, metadata } of events) {
      // Through JSON, so that nothing is shared with who wrote it and nothing survives that JSON does not hold.
      const copy: { data: unknown; metadata: unknown } = JSON.parse(JSON.stringify({ data, metadata }));
      const position = BigInt(all.length + 1);
      const event = { stream, id, type, revision: recorded.length, position, created: new Date(0), ...copy };
      recorded.push(event);
      all.push(event);
    }
    return { revision: recorded.length - 1 };
  }

  async function* read(select: () => readonly RecordedEvent[]): AsyncGenerator<RecordedEvent> {
    reads += 1;
    await store.beforeCall();
    for (const event of select()) {
      if (store.unavailable) throw new StoreUnavailableError('the store is away');
      yield event;
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
    events: (stream) => streams.get(stream) ?? [],
    write,
    async append(stream, events, expected) {
      attempts.push({ stream, events, expected });
      const intercept = interceptions.shift() ?? store.interceptAll ?? ((proceed: () => Appended) => proceed());
      await store.beforeCall();
      if (store.unavailable) throw new OutcomeUnknownError('the store is away');
      return intercept(() => write(stream, events, expected), { stream, events, expected });
    },
    readForwards: (stream, fromRevision, limit = Number.POSITIVE_INFINITY) =>
      read(() => store.events(stream).slice(fromRevision, fromRevision + limit)),
    async readLast(stream) {
      for await (const event of read(() => store.events(stream).slice(-1))) return event;
      return undefined;
    },
    readAllBackwards: () => read(() => [...all].reverse()),
    readAllForwards: (position, limit) => read(() => all.filter((event) => event.position >= position).slice(0, limit)),
    subscribeToAll() {
      throw new Error('the command side subscribes to nothing');
    },
    setMaxCount: () => Promise.resolve(),
    dispose: () => Promise.resolve(),
  };
  return store;
}

/** Another process's event, under an id of its own. */
export function foreignEvent({ type, data, metadata }: Omit<JsonEvent, 'id'>): JsonEvent {
  return { id: randomUUID(), type, data, metadata };
}
