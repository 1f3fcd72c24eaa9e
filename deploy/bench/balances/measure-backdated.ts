import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore } from '@ledger/shared/event-store/event-store';
import { connectEventStore } from '@ledger/shared/event-store/eventstoredb';
import { toJsonEvent } from '@ledger/shared/events/account-event-json';
import { accountStream } from '@ledger/shared/events/streams';
import { profiling } from '../commands/contenders/profiling.ts';
import { withDatabase } from '../databases.ts';
import { APART_MS, lastRecordedAt } from '../histories/histories.ts';
import { DATE_ORDERS, type DateOrder } from '../histories/past-account.ts';
import { cpuUsOfEach, servingUs, watchCpu } from '../load/sample.ts';
import { metricIn, readMetrics } from '../metrics.ts';
import { newestPosition, untilProjected } from '../projection/projected.ts';
import { expectVersionsMade } from '../projection/versions.ts';
import { originOfChild, startProjector, untilChildReady } from '../services.ts';
import { accountOf, type BenchAccount } from './accounts.ts';
import type { Stage } from './stage.ts';

/** What some lines cost that were projected one at a time. */
export interface BackdatedSample {
  readonly lines: number;
  readonly batches: number;
  /** Mean time of a batch in PostgreSQL; versions of the dated history are made apart from it. */
  readonly batchMs: number;
  /** CPU time of the projector and PostgreSQL for each line, in microseconds, with making the versions that follow. */
  readonly cpuUs: number | undefined;
}

/** Backdated lines of a short account and of a long one, some of each in each round. */
export interface BackdatedCell {
  readonly order: DateOrder;
  readonly short: readonly BackdatedSample[];
  readonly long: readonly BackdatedSample[];
}

const APPEND_TIMEOUT_MS = 10_000;

/** Appends backdated lines at a steady pace, each of which the projector takes in and projects at once. */
export async function measureBackdated(stage: Stage): Promise<readonly BackdatedCell[]> {
  const { plan, accounts, urls, postgres, node, progress } = stage;
  const { rounds, lines, apartMs } = plan.backdated;
  const store = connectEventStore(node.url);
  const projector = await startProjector(urls, profiling(plan, 'projector'), { PROJECTOR_BATCH_WAIT_MS: '0' });
  const processes = [
    { name: 'projector', pid: projector.pid },
    { name: 'PostgreSQL', pid: postgres.pid },
  ];
  const cells = DATE_ORDERS.map((order) => ({
    order,
    short: [] as BackdatedSample[],
    long: [] as BackdatedSample[],
    accounts: {
      short: accountThatGoesOn(store, accountOf(accounts, order, plan.shortLines)),
      long: accountThatGoesOn(store, accountOf(accounts, order, plan.longLines)),
    },
  }));

  async function measure(appendNext: () => Promise<void>): Promise<BackdatedSample> {
    const before = batchesIn(await readMetrics(originOfChild(projector)));
    const cpuSince = watchCpu(processes);
    for (let line = 0; line < lines; line += 1) {
      await Promise.all([appendNext(), delay(apartMs)]);
    }
    await untilAllIsMade();
    const cpu = cpuSince();
    const after = batchesIn(await readMetrics(originOfChild(projector)));
    const batches = after.count - before.count;
    return {
      lines,
      batches,
      batchMs: ((after.seconds - before.seconds) * 1_000) / batches,
      cpuUs: servingUs({ cpuUs: cpuUsOfEach(cpu, lines) }),
    };
  }

  const untilAllIsMade = () =>
    withDatabase(urls.databaseUrl, async (database) => {
      await untilProjected(database, await newestPosition(store));
      await expectVersionsMade(database);
    });

  try {
    await untilChildReady(projector, progress);
    for (let round = 0; round <= rounds; round += 1) {
      progress(`backdated lines: ${round === 0 ? 'warming up' : `round ${round} of ${rounds}`}`);
      for (const cell of cells) {
        for (const length of round % 2 === 0 ? (['short', 'long'] as const) : (['long', 'short'] as const)) {
          const sample = await measure(cell.accounts[length]);
          if (round > 0) cell[length].push(sample);
        }
      }
    }
    return cells.map(({ order, short, long }) => ({ order, short, long }));
  } finally {
    await store.dispose();
    await projector.stop();
  }
}

/** @returns appends the next line, of a random date */
function accountThatGoesOn(store: EventStore, { accountId, lines, past }: BenchAccount): () => Promise<void> {
  let revision = lines;
  let recordedAt = lastRecordedAt(lines);
  return async function appendNext() {
    recordedAt += APART_MS;
    const { event, context } = past.backdate(recordedAt);
    const json = toJsonEvent(randomUUID(), event, context);
    ({ revision } = await store.append(accountStream(accountId), [json], revision, APPEND_TIMEOUT_MS));
  };
}

function batchesIn(metrics: string): { readonly count: number; readonly seconds: number } {
  const of = (part: string) => metricIn(metrics, `projector_batch_seconds_${part}`);
  return { count: of('count'), seconds: of('sum') };
}
