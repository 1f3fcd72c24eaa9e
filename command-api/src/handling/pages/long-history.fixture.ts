import { randomUUID } from 'node:crypto';
import type { EventStore, JsonEvent, RecordedEvent } from '@ledger/shared/event-store/event-store';
import { toJsonEvent } from '@ledger/shared/events/account-event-json';
import { accountStream, pagesStream } from '@ledger/shared/events/streams';
import type { Instant } from '@ledger/shared/time';
import { accountHistory } from '../../../../deploy/test/account-history.fixture.ts';
import type { Timeline } from '../../account/timeline.ts';
import { catchUp, type KnownAccount, loadAccount } from '../account-reader.ts';
import { loadTimeline } from '../load-timeline.ts';
import { createSimulatedStore, type SimulatedStore } from '../simulated-store.fixture.ts';
import type { PageLimits } from './page.ts';
import type { PageContext } from './page-context.ts';
import { createPageWriter } from './page-writer.ts';

export interface Movement {
  /** In minor units; a withdrawal that is not covered is recorded as refused. */
  readonly delta: bigint;
  readonly effectiveAt: Instant;
}

export const recordedAt = Date.UTC(2026, 0, 1);
const hourMs = 3_600_000;
const eventsPerAppend = 1_000;

/** Deposits and withdrawals, some of them refused, at dates that go to and fro. */
export function movements(count: number): readonly Movement[] {
  return Array.from({ length: count }, (_, n) => ({
    delta: n % 3 === 2 ? -BigInt(400 + 100 * n) : BigInt(300 + n),
    effectiveAt: recordedAt - ((n * 7) % 24) * hourMs,
  }));
}

/** A store in which alice has an account with these movements, `t-1`, `t-2`… */
export function storeWith(moved: readonly Movement[]): SimulatedStore {
  const history = accountHistory('alice', recordedAt);
  for (const [n, { delta, effectiveAt }] of moved.entries()) history.transact(delta, effectiveAt, recordedAt + n);
  const store = createSimulatedStore();
  for (let from = 0; from < history.events.length; from += eventsPerAppend) {
    store.write(accountStream('alice'), history.events.slice(from, from + eventsPerAppend), 'any');
  }
  return store;
}

/** Loads alice's account, and lets the pages be written that it lacks. */
export async function loadAndWrite(store: EventStore, context: PageContext): Promise<KnownAccount> {
  const known = await loaded(store, context);
  const writer = createPageWriter(store, context);
  writer.write(known.pages);
  await writer.idle();
  return known;
}

export async function loaded(store: EventStore, context: PageContext): Promise<KnownAccount> {
  const known = await loadAccount(store, 'alice', context);
  if (!known) throw new Error('the account was opened');
  return known;
}

/** All that the rest of the handling can ask of an account that was loaded. */
export async function factsOf(store: EventStore, context: PageContext) {
  const known = await loaded(store, context);
  const { account, index } = known;
  return {
    account,
    hashes: Array.from({ length: account.revision }, (_, at) => index.hashAt(at + 1)),
    timeline: answersOf(await loadTimeline(store, account, context)),
  };
}

function answersOf(timeline: Timeline) {
  const hours = Array.from({ length: 60 }, (_, hour) => recordedAt - (hour - 5) * hourMs);
  return hours.map((at) => ({
    balance: timeline.balanceAsOf(at),
    ...timeline.rangeFrom(at),
    firstBelow: timeline.firstBelow(1_000n, at) ?? null,
  }));
}

export function pageEventsOf(store: SimulatedStore): readonly RecordedEvent[] {
  return store.events(pagesStream('alice'));
}

/** A store with the same account, and of its pages what `change` makes of them, newest last. */
export function remade(
  store: SimulatedStore,
  change: (pages: readonly RecordedEvent[]) => readonly RecordedEvent[],
): SimulatedStore {
  const other = createSimulatedStore();
  other.write(accountStream('alice'), store.events(accountStream('alice')).map(toWrite), 'no_stream');
  const pages = change(pageEventsOf(store)).map((page) => ({ ...toWrite(page), id: randomUUID() }));
  if (pages.length > 0) other.write(pagesStream('alice'), pages, 'no_stream');
  return other;
}

function toWrite({ id, type, data, metadata }: RecordedEvent): JsonEvent {
  return { id, type, data: data as JsonEvent['data'], metadata: metadata as JsonEvent['metadata'] };
}

/** The store, but that what is read of alice's pages is as `change` makes it. */
export function withPages(
  store: EventStore,
  change: (pages: readonly RecordedEvent[]) => readonly RecordedEvent[],
): EventStore {
  return {
    ...store,
    async *readForwards(stream, ...read) {
      if (stream !== pagesStream('alice')) {
        yield* store.readForwards(stream, ...read);
        return;
      }
      const pages: RecordedEvent[] = [];
      for await (const page of store.readForwards(stream, ...read)) pages.push(page);
      yield* change(pages);
    },
  };
}

/** A page's data with some of it changed. */
export function changed(page: RecordedEvent, change: JsonEvent['data']): RecordedEvent {
  return { ...page, data: { ...(page.data as object), ...change } };
}

/** Appends to alice's stream until one more page is complete, and lets this account know of it. */
export async function writeNextPage(store: SimulatedStore, known: KnownAccount, limits: PageLimits): Promise<void> {
  const stream = accountStream('alice');
  const { balance, latestEffectiveAt, currency, decimals, recordedAt: lastRecordedAt } = known.account;
  for (let revision = known.account.revision + 1; ; revision++) {
    const event = {
      type: 'WithdrawalRefused',
      accountId: 'alice',
      transactionId: `more-${revision}`,
      amount: balance + 1n,
      currency,
      effectiveAt: recordedAt,
      description: '',
      metadata: {},
      balance,
      reason: 'insufficient-funds',
      shortfall: 1n,
      firstNegativeAt: null,
    } as const;
    const context = {
      recordedAt: lastRecordedAt,
      ...{ correlationId: 'c', causationId: 'c', actor: null, traceparent: null },
      asked: { hash: '00', effectiveAt: null },
      account: { balance, latestEffectiveAt, currency, decimals },
    };
    store.write(stream, [toJsonEvent(randomUUID(), event, context)], revision - 1);
    if ((revision + 1) % limits.eventsPerPage === 0) break;
  }
  await catchUp(store, known);
}
