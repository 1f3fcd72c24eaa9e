import type { EventStore } from '@ledger/shared/event-store/event-store';
import { fromRecordedEvent } from '@ledger/shared/events/account-event-json';
import { type AccountEvent, type Causation, deltaOf } from '@ledger/shared/events/account-events';
import { accountStream } from '@ledger/shared/events/streams';
import type { Instant } from '@ledger/shared/time';
import type { TransactionCommand } from '../account/commands.ts';
import { now } from '../account/decide.fixture.ts';
import { AccountCache } from './account-cache.ts';
import { createAccountQueues, defaultQueueLimits, type QueueLimits } from './account-queue.ts';
import { openedAccount as accountOf } from './account-reader.ts';
import type { StreamEvent } from './account-stream.ts';
import { defaultAppendLimits } from './decide-group.ts';
import { createOpener } from './open-account.ts';
import type { Outcome } from './outcome.ts';
import { defaultPageLimits, type PageLimits } from './pages/page.ts';
import { pageContext } from './pages/page-context.fixture.ts';
import { createPageWriter } from './pages/page-writer.ts';
import { RecentEvents } from './recent-events.ts';
import { createSimulatedStore, type SimulatedStore } from './simulated-store.fixture.ts';
import type { StoreClock } from './store-clock.ts';
import type { Sequence } from './submission.ts';
import { machineTimers, type Timers } from './timers.ts';

export const causation: Causation = {
  correlationId: 'correlation',
  causationId: 'request',
  actor: null,
  traceparent: null,
};

export interface SetClock extends StoreClock {
  time: Instant | undefined;
}

/** A clock that stands until a test moves it. */
export function setClock(time: Instant | undefined = now): SetClock {
  const clock: SetClock = { time, now: () => clock.time, start: () => {}, stop: () => {} };
  return clock;
}

/** One command-api on a store, without its HTTP side. */
export function createInstance(
  store: EventStore,
  options: {
    clock?: StoreClock;
    timers?: Timers;
    deadlineMs?: number;
    limits?: Partial<QueueLimits>;
    cacheBytes?: number;
    /** Default: none, so that every replay is read. */
    recentBytes?: number;
    /** Default: no, so that the first command reads its account. */
    keepsOpened?: boolean;
    pageLimits?: PageLimits;
  } = {},
) {
  const { clock = setClock(), timers = machineTimers, deadlineMs = 5_000, limits } = options;
  const {
    cacheBytes = 64 * 1024 * 1024,
    recentBytes = 0,
    keepsOpened = false,
    pageLimits = defaultPageLimits,
  } = options;
  const pages = pageContext(pageLimits, timers);
  const pageWriter = createPageWriter(store, pages);
  const cache = new AccountCache(cacheBytes);
  const recent = new RecentEvents(recentBytes);
  const appended: number[] = [];
  const outrun: number[] = [];
  const outcomes: Outcome[] = [];
  const queues = createAccountQueues(
    {
      store,
      cache,
      recent,
      clock,
      timers,
      appendLimits: defaultAppendLimits,
      pages,
      pageWriter,
      onAppended: (events) => void appended.push(events),
      onOutrun: (events) => void outrun.push(events),
      onOutcome: (outcome) => void outcomes.push(outcome),
    },
    deadlineMs,
    { ...defaultQueueLimits, ...limits },
  );
  const onOpened = (opening: StreamEvent) => {
    if (keepsOpened) cache.keepOpened(accountOf(opening, pageLimits));
  };
  const openings = { store, clock, timers, defaultCurrency: 'EUR', deadlineMs, onOpened };
  const opener = createOpener(openings);
  return {
    cache,
    recent,
    pages,
    pageWriter,
    queues,
    appended,
    outrun,
    outcomes,
    submit: (command: TransactionCommand, sequence?: Sequence) =>
      queues.submit({ command, causation, ...(sequence ? { sequence } : {}) }),
    opener,
    open: (accountId = 'alice', currency = 'EUR') =>
      opener({ accountId, name: 'Alice', currency, metadata: {} }, causation),
  };
}

/** An instance on a store of its own, in which alice has an account. */
export async function openedAccount(options: Parameters<typeof createInstance>[1] = {}) {
  const store = createSimulatedStore();
  const instance = createInstance(store, options);
  const { kind } = await instance.open();
  if (kind !== 'opened') throw new Error(`the account was not opened: ${kind}`);
  return { store, ...instance };
}

/** An outcome in a few words: `Deposited 100.00`-like facts are too much for most expectations. */
export function brief(outcome: Outcome): string {
  if (outcome.kind === 'rejected') return outcome.rejection.rule;
  if (outcome.kind === 'unsettled') return outcome.reason;
  return `${outcome.replayed ? 'replayed ' : ''}${outcome.transaction.event.type}`;
}

/** The events of an account's stream, as the code holds them. */
export function eventsOf(store: SimulatedStore, accountId = 'alice'): AccountEvent[] {
  return store.events(accountStream(accountId)).map((recorded) => {
    const { event } = fromRecordedEvent(recorded);
    if (!event) throw new Error(`unknown event ${recorded.type}`);
    return event;
  });
}

/** recordedAt of each event of an account's stream. */
export function recordedTimesOf(store: SimulatedStore, accountId = 'alice'): Instant[] {
  return store.events(accountStream(accountId)).map((recorded) => fromRecordedEvent(recorded).context.recordedAt);
}

/** Throws where the stream breaks what the ledger promises: never negative on any date, each id once, balances that add up. */
export function checkPromises(store: SimulatedStore, accountId = 'alice'): void {
  const events = eventsOf(store, accountId);
  const ids = new Set<string>();
  const movements: { at: Instant; delta: bigint }[] = [];
  let balance = 0n;
  for (const event of events) {
    if (event.type === 'AccountOpened') continue;
    if (ids.has(event.transactionId)) throw new Error(`${event.transactionId} took effect twice`);
    ids.add(event.transactionId);
    balance += deltaOf(event);
    if (event.balance !== balance) throw new Error(`${event.transactionId} says ${event.balance}, not ${balance}`);
    movements.push({ at: event.effectiveAt, delta: deltaOf(event) });
    for (const { at } of movements) {
      const asOf = movements.reduce((sum, movement) => (movement.at <= at ? sum + movement.delta : sum), 0n);
      if (asOf < 0n) throw new Error(`after ${event.transactionId} the balance as of ${at} is ${asOf}`);
    }
  }
  const times = recordedTimesOf(store, accountId);
  if (times.some((time, at) => time < (times[at - 1] ?? time))) throw new Error('recordedAt went back');
}
