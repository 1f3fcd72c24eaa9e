import { createPool } from '@ledger/shared/database/pool';
import type { EventStore } from '@ledger/shared/event-store/event-store';
import { createLog } from '@ledger/shared/log';
import { expect } from 'chai';
import { foldTables, readTables } from '../../projected-tables.fixture.ts';
import { until } from '../../until.fixture.ts';
import { type MessageProxy, startMessageProxy } from './message-proxy.ts';
import { mixedEvents } from './mixed-events.ts';
import { startProjectorProcess } from './projector-process.ts';

/** The first transaction of a process migrates; the next ones are batches. */
const firstBatch = 1;

const batchEvents = 10;

export interface KillSeries {
  readonly databaseUrl: string;
  readonly eventStoreUrl: string;
  readonly store: EventStore;
  /** Which batches of a process to kill it in: 0 is its first, for which it has nothing in memory yet. */
  readonly batches: readonly number[];
  /** After which messages to kill it; by default, after every one. */
  readonly after?: (name: string) => boolean;
  /** After each how many of them; by default, each. */
  readonly step?: number;
}

/**
 * Kills a projector when n messages of a batch have been passed on to PostgreSQL, from n = 0 until the COMMIT has been,
 * each time another process, while events keep coming; lets the last one finish, and compares every table with a naive
 * fold of the events.
 * @returns how many were killed
 */
export async function runKillSeries(series: KillSeries): Promise<number> {
  const { databaseUrl, store, step = 1 } = series;
  const events = mixedEvents(store);
  const proxy = await startMessageProxy(Number(new URL(databaseUrl).port));
  const pool = createPool(databaseUrl, { log: createLog('test', 'silent') });
  let kills = 0;
  try {
    for (const batch of series.batches) {
      for (let messages = 0, last = ''; last !== 'Q COMMIT'; messages += step) {
        // More than one for each batch, so that there always is one to be killed in.
        for (let round = 0; round <= batch + 1; round++) await events.append();
        last = await runUntilKilled(series, proxy, firstBatch + batch, messages);
        kills++;
      }
    }
    const all = events.histories.reduce((sum, history) => sum + history.events.length, 0);
    await finish(series, proxy, all, async () => {
      const { rows } = await pool.query<{ projected: number }>(
        'SELECT sum(revision + 1)::integer AS projected FROM accounts',
      );
      return rows[0]?.projected ?? 0;
    });
    expect(await readTables(pool)).to.deep.equal(foldTables(events.histories.map((history) => history.events)));
  } finally {
    await pool.end();
    await proxy.stop();
  }
  return kills;
}

/** @returns the last message that was passed on */
async function runUntilKilled(
  series: KillSeries,
  proxy: MessageProxy,
  transaction: number,
  messages: number,
): Promise<string> {
  const kill = () => running.process.kill('SIGKILL');
  const seen = proxy.arm({ transaction, messages, kill, ...(series.after && { counts: series.after }) });
  const running = startProjectorProcess({ ...series, databaseUrl: through(series, proxy), batchEvents });
  await until(
    () => `it is killed after message ${messages} of transaction ${transaction}; passed on: ${JSON.stringify(seen)}`,
    // A batch of other events may have fewer messages: then it goes through.
    () => running.process.signalCode ?? (seen[transaction]?.at(-1) === 'Q COMMIT' && kill()),
    30_000,
  ).finally(kill);
  await running.ended;
  return seen[transaction]?.at(-1) ?? '';
}

async function finish(
  series: KillSeries,
  proxy: MessageProxy,
  all: number,
  projected: () => Promise<number>,
): Promise<void> {
  proxy.arm(undefined);
  const running = startProjectorProcess({ ...series, databaseUrl: through(series, proxy), batchEvents });
  let readiness = '';
  let now = 0;
  await until(
    () => `${all} events are projected, not ${now}; it says ${readiness}`,
    async () => {
      readiness = (await running.get('/readyz')).text;
      now = await projected();
      return now === all;
    },
    30_000,
  ).finally(() => running.process.kill('SIGTERM'));
  await running.ended;
}

function through({ databaseUrl }: KillSeries, { port }: MessageProxy): string {
  return Object.assign(new URL(databaseUrl), { port }).href;
}
