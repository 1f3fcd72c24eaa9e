import type { EventStore } from '@ledger/shared/event-store/event-store';
import { createHttpApp } from '@ledger/shared/http/app';
import { openApiRoute } from '@ledger/shared/http/openapi';
import type { Logger } from '@ledger/shared/log';
import { createSlots } from '@ledger/shared/slots';
import type { Express } from 'express';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { AccountCache } from './handling/account-cache.ts';
import { type AccountQueues, createAccountQueues } from './handling/account-queue.ts';
import { openedAccount } from './handling/account-reader.ts';
import { defaultAppendLimits } from './handling/decide-group.ts';
import { createOpener } from './handling/open-account.ts';
import { defaultPageLimits } from './handling/pages/page.ts';
import { defaultLongLoads, type PageResult } from './handling/pages/page-context.ts';
import { createPageWriter, type PageWriter } from './handling/pages/page-writer.ts';
import { RecentEvents } from './handling/recent-events.ts';
import type { StoreClock } from './handling/store-clock.ts';
import { createUniqueSubmitter, type UniqueOutcome } from './handling/submit-once.ts';
import { machineTimers as timers } from './handling/timers.ts';
import { accountRoutes } from './http/accounts.ts';
import { bulkRoutes } from './http/bulk/bulk.ts';
import { firstGenerationRoutes } from './http/older/v1.ts';
import { secondGenerationRoutes } from './http/older/v2.ts';
import { commandApiDocument } from './http/openapi.ts';
import { transactionRoutes } from './http/transactions.ts';

/** Some ten thousand events. */
const recentEventsBytes = 16 * 1024 * 1024;

export interface CommandApiOptions {
  readonly store: EventStore;
  readonly clock: StoreClock;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly defaultCurrency: string;
  readonly commandDeadlineMs: number;
  readonly accountCacheBytes: number;
}

export interface CommandApi {
  readonly app: Express;
  /** A stopping process waits for them. */
  readonly queues: AccountQueues;
  /** A stopping process does not wait for it. */
  readonly pageWriter: PageWriter;
}

/** The command API as an Express app, and what goes on behind it. */
export function createCommandApi(options: CommandApiOptions): CommandApi {
  const { store, clock, log, metrics, defaultCurrency, commandDeadlineMs: deadlineMs } = options;
  const cache = new AccountCache(options.accountCacheBytes);
  const recent = new RecentEvents(recentEventsBytes);
  const registers = [metrics];
  const appendEvents = new Histogram({
    name: 'command_append_events',
    help: 'Events of one append',
    buckets: [1, 2, 5, 10, 20, 50, 100],
    registers,
  });
  const appendsOutrun = new Counter({
    name: 'command_appends_outrun_total',
    help: 'Appends that came too late: another instance had changed the account',
    registers,
  });
  const outcomes = new Counter({
    name: 'command_outcomes_total',
    help: 'Commands by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const indexPages = new Counter({
    name: 'command_index_pages_total',
    help: 'Index pages of long accounts: used by loads, found to be invalid, written in time, repaired, and not written',
    labelNames: ['result'],
    registers,
  });
  const pages = {
    limits: defaultPageLimits,
    timers,
    longLoads: createSlots(defaultLongLoads),
    log,
    onPages: (result: PageResult, count: number) => indexPages.inc({ result }, count),
  };
  const pageWriter = createPageWriter(store, pages);
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
      onAppended: (events) => appendEvents.observe(events),
      onOutrun: () => appendsOutrun.inc(),
      onOutcome: (outcome) => outcomes.inc({ outcome: labelOf(outcome) }),
    },
    deadlineMs,
  );
  const submitUnique = createUniqueSubmitter({
    store,
    timers,
    queues,
    deadlineMs,
    onOutcome: (outcome) => outcomes.inc({ outcome: labelOf(outcome) }),
  });
  const opener = createOpener({
    store,
    clock,
    timers,
    defaultCurrency,
    deadlineMs,
    onOpened: (opening) => cache.keepOpened(openedAccount(opening, pages.limits)),
  });
  gauge('command_queue_size', 'Commands that wait or are being decided', () => queues.size);
  gauge('command_account_cache_bytes', 'Estimated size of the accounts in memory', () => cache.sizeBytes);
  gauge('command_recent_events_bytes', 'Estimated size of the events kept for retries', () => recent.sizeBytes);

  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect: function collect() {
        this.set(read());
      },
    });
  }

  const app = createHttpApp({
    log,
    metrics,
    readiness: () => (clock.now() === undefined ? ['the event store has not answered yet (EVENTSTORE_URL)'] : []),
    routes(router) {
      accountRoutes(router, opener);
      transactionRoutes(router, queues);
      bulkRoutes(router, queues, log);
      firstGenerationRoutes(router, opener, submitUnique);
      secondGenerationRoutes(router, opener, submitUnique);
      openApiRoute(router, commandApiDocument());
    },
  });
  return { app, queues, pageWriter };
}

function labelOf(outcome: UniqueOutcome): string {
  switch (outcome.kind) {
    case 'recorded':
      return outcome.replayed ? 'replayed' : outcome.transaction.event.type;
    case 'rejected':
      return outcome.rejection.rule;
    case 'unsettled':
      return outcome.reason;
    default:
      return outcome.kind;
  }
}
