import {
  type Appended,
  type EventStore,
  OutcomeUnknownError,
  type RecordedEvent,
  StoreUnavailableError,
} from '@ledger/shared/event-store/event-store';
import type { Random } from '../long/kill-rounds/random.ts';
import type { SimulatedProcess } from './process.ts';
import type { StoreServer } from './store-server.ts';
import type { World } from './world.ts';

/** The way from one process to the event store. */
export interface Link {
  /** Breaks the connection: every call under way ends without an answer, though it may have reached the server, or may yet. */
  cut(): void;
  /** Breaks the connection, and for so long there is no new one: whatever is tried fails soon. */
  beAway(durationMs: number): void;
  /** For so long, what the process sends does not arrive. */
  loseRequests(durationMs: number): void;
  /** For so long, what the process sends arrives, and no answer comes back. */
  loseAnswers(durationMs: number): void;
  /** For so long, what the process sends takes up to `mostMs` to arrive, longer than anybody waits for it. */
  delay(durationMs: number, mostMs: number): void;
  /** The event store as this process sees it. */
  connect(process: SimulatedProcess): EventStore;
}

const readTimeoutMs = 3_000;
/** Events that come in one message: a long read sees what is appended meanwhile, and can break off in between. */
const pageEvents = 10;

export function createLink(world: World, server: StoreServer, random: Random): Link {
  const underWay = new Set<(reason: string) => void>();
  let awayUntil = 0;
  let requestsLostUntil = 0;
  let answersLostUntil = 0;
  let slow = { untilMs: 0, mostMs: 0 };

  const shortly = () => (random.chance(0.6) ? random.below(30) / 10 : random.below(60));
  const wayThere = () => (world.nowMs < slow.untilMs ? random.below(slow.mostMs) : shortly());

  /** A call to the server. Whatever goes wrong on the way is told as `unanswered` says; what the server refuses, as it does. */
  function call<T>(
    process: SimulatedProcess,
    timeoutMs: number,
    work: (isAwaited: boolean) => T,
    unanswered: (reason: string) => Error,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = (action: () => void) =>
        process.deliver(() => {
          if (!underWay.delete(lose)) return;
          stopWaiting();
          action();
        });
      const lose = (reason: string) => end(() => reject(unanswered(reason)));
      underWay.add(lose);
      const stopWaiting = world.at(world.nowMs + timeoutMs, () => lose('no answer in time'));
      const { starts } = server;
      if (world.nowMs < requestsLostUntil) return;
      const isAway = world.nowMs < awayUntil;
      world.at(world.nowMs + wayThere(), () => {
        if (isAway || server.isDown || server.starts !== starts) return lose('the connection was lost');
        if (server.refuses) return lose('not the leader');
        const answer = attempt(() => work(underWay.has(lose) && !process.isDead));
        if (world.nowMs < answersLostUntil) return;
        world.at(world.nowMs + shortly(), () => {
          if (server.starts !== starts) return lose('the connection was lost');
          end(() => ('error' in answer ? reject(answer.error) : resolve(answer.result)));
        });
      });
    });
  }

  async function* readForwards(
    process: SimulatedProcess,
    stream: string,
    fromRevision: number,
    limit = Number.POSITIVE_INFINITY,
  ): AsyncGenerator<RecordedEvent> {
    const unanswered = (reason: string) => new StoreUnavailableError(`read of ${stream}: ${reason}`);
    const end = fromRevision + limit;
    for (let from = fromRevision; from < end; from += pageEvents) {
      const most = Math.min(pageEvents, end - from);
      const page = await call(
        process,
        readTimeoutMs,
        () => server.streams.readForwards(stream, from, most),
        unanswered,
      );
      yield* page;
      if (page.length < pageEvents) return;
    }
  }

  function cut(): void {
    for (const lose of [...underWay]) lose('the connection was cut');
  }

  return {
    cut,
    beAway(durationMs) {
      awayUntil = world.nowMs + durationMs;
      cut();
    },
    loseRequests(durationMs) {
      requestsLostUntil = world.nowMs + durationMs;
    },
    loseAnswers(durationMs) {
      answersLostUntil = world.nowMs + durationMs;
    },
    delay(durationMs, mostMs) {
      slow = { untilMs: world.nowMs + durationMs, mostMs };
    },
    connect: (process) => ({
      append: (stream, events, expected, timeoutMs): Promise<Appended> =>
        call(
          process,
          timeoutMs,
          (isAwaited) => server.append(stream, events, expected, isAwaited),
          (reason) => new OutcomeUnknownError(`append to ${stream}: ${reason}`),
        ),
      readForwards: (stream, fromRevision, limit) => readForwards(process, stream, fromRevision, limit),
      setMaxCount: (stream, maxCount) =>
        call(
          process,
          readTimeoutMs,
          () => server.streams.setMaxCount(stream, maxCount),
          (reason) => new StoreUnavailableError(`metadata of ${stream}: ${reason}`),
        ),
      readLast: notAsked,
      readAllBackwards: notAsked,
      readAllForwards: notAsked,
      subscribeToAll: notAsked,
      dispose: () => Promise.resolve(),
    }),
  };
}

function attempt<T>(work: () => T): { readonly result: T } | { readonly error: unknown } {
  try {
    return { result: work() };
  } catch (error) {
    return { error };
  }
}

function notAsked(): never {
  throw new Error('the command side does not ask this of the event store');
}
