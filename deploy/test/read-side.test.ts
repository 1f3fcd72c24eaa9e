import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPool, type Pool } from '@ledger/shared/database/pool';
import type { EventStore } from '@ledger/shared/event-store/event-store';
import { connectEventStore } from '@ledger/shared/event-store/eventstoredb';
import { accountStream } from '@ledger/shared/events/streams';
import { createMetrics } from '@ledger/shared/http/metrics';
import { listen, type RunningServer } from '@ledger/shared/http/server';
import { createLog } from '@ledger/shared/log';
import { formatMinor } from '@ledger/shared/money';
import { formatInstant } from '@ledger/shared/time';
import { expect } from 'chai';
import { Registry } from 'prom-client';
import { projectionMetrics } from '../../projector/src/pipeline/projection-metrics.ts';
import { type Projector, startProjector } from '../../projector/src/pipeline/projector.ts';
import { missingOf } from '../../projector/src/pipeline/status.ts';
import { createApp } from '../../query-api/src/app.ts';
import { readLimits } from '../../query-api/src/read-side.ts';
import { type EventStoreNode, startEventStore } from '../embedded/event-store/node.ts';
import { type AccountHistory, accountHistory } from './account-history.fixture.ts';
import { testDatabase } from './postgres.fixture.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.fixture.ts';
import { until } from './until.fixture.ts';

const log = createLog('test', 'silent');
const opened = Date.parse('2026-01-01T00:00:00Z');
const minute = 60_000;

/** The projector and the query API on a real event store node and a real PostgreSQL, each of which goes away in turn. */
describe('the read side, on real servers', () => {
  let dataDir: string;
  let node: EventStoreNode;
  let store: EventStore;
  let proxy: TcpProxy;
  let pool: Pool;
  let projector: Projector;
  let server: RunningServer;
  const histories = Array.from({ length: 40 }, (_, n) => accountHistory(`account-${n}`, opened));
  let clock = opened;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'ledger-read-side-'));
    node = await startEventStore({ dataDir, port: 0 });
    store = connectEventStore(node.url);
    const database = new URL(await testDatabase());
    proxy = await startTcpProxy(Number(database.port));
    const databaseUrl = Object.assign(database, { port: proxy.port }).href;
    pool = createPool(databaseUrl, { log });
    const metrics = projectionMetrics(new Registry());
    projector = startProjector({ databaseUrl, store, log, metrics, batchEvents: 500, batchWaitMs: 5 });
    const app = createApp({ side: { pool, store, ...readLimits }, log, metrics: createMetrics('test') });
    server = await listen(app, '127.0.0.1', 0);
  });
  after(async () => {
    await projector.stop();
    await server.close(0);
    await pool.end();
    await proxy.stop();
    await store.dispose();
    await node.stop();
    await rm(dataDir, { recursive: true });
  });

  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  /** So many more events for every account, a third of them backdated; one append an account, of a hundred at most. */
  async function record(events: number): Promise<void> {
    for (const history of histories) {
      const from = history.events.length;
      const start = from === 1 ? 0 : from;
      for (let n = 0; n < events; n++) {
        clock += minute;
        history.transact(n % 4 === 1 ? -30n : 100n, n % 3 === 0 ? opened + n * minute : clock, clock);
      }
      await store.append(
        accountStream(history.accountId),
        history.events.slice(start),
        start === 0 ? 'no_stream' : start - 1,
        10_000,
      );
    }
  }

  async function expectExact(query: string): Promise<void> {
    for (const { accountId, balance, revision, lines } of histories) {
      const answer = await get(`/v1/accounts/${accountId}/balance?${query}`);
      expect(answer.body, accountId).to.include({ balance: formatMinor(balance, 2), revision });
      const at = opened + 20 * minute;
      const then = lines.filter(({ effectiveAt }) => effectiveAt <= at).reduce((sum, { delta }) => sum + delta, 0n);
      const dated = await get(`/v1/accounts/${accountId}/balance?${query}&at=${formatInstant(at)}`);
      expect(dated.body, accountId).to.include({ balance: formatMinor(then, 2), revision });
    }
  }

  const projected = ({ accountId, revision }: AccountHistory) =>
    until(`revision ${revision} of ${accountId} is projected`, async () => {
      const { body } = await get(`/v1/accounts/${accountId}`);
      return body['revision'] === revision;
    });
  const allProjected = async () => {
    for (const history of histories) await projected(history);
  };

  it('projects what comes, and answers exactly before and after it is projected', async () => {
    await record(60);
    await expectExact('consistency=strong');
    await allProjected();
    await expectExact('consistency=default');
    expect((await get('/v1/status')).body).to.include({ state: 'current' });
  });

  it('answers strong reads without PostgreSQL where the newest event tells it, and catches up when it is back', async () => {
    proxy.cut();
    await until('the projector is not ready', () => missingOf(projector.status()).length > 0);
    await record(20);
    for (const { accountId, balance } of histories) {
      const { body } = await get(`/v1/accounts/${accountId}/balance?consistency=strong`);
      expect(body).to.include({ balance: formatMinor(balance, 2) });
    }
    expect((await get('/v1/accounts/account-1/balance')).status).to.equal(503);
    proxy.mend();
    await expectExact('consistency=strong');
    await allProjected();
    await expectExact('');
    expect(missingOf(projector.status())).to.deep.equal([]);
  });

  it('goes on after the event store was restarted', async () => {
    const { port } = node;
    await node.stop();
    await until('the projector is not ready', () => missingOf(projector.status()).length > 0);
    expect((await get('/v1/accounts/account-1/balance')).status).to.equal(200);
    expect((await get('/v1/accounts/account-1/balance?consistency=strong')).status).to.equal(503);
    node = await startEventStore({ dataDir, port, waitForLockMs: 5_000 });
    await until('the store takes appends again', () => record(1).then(() => true));
    await allProjected();
    await expectExact('');
  });

  it('ends while PostgreSQL hangs', async function () {
    this.timeout(20_000);
    const database = new URL(await testDatabase());
    const hanging = await startTcpProxy(Number(database.port));
    const databaseUrl = Object.assign(database, { port: hanging.port }).href;
    const metrics = projectionMetrics(new Registry());
    const own = startProjector({ databaseUrl, store, log, metrics, batchEvents: 10, batchWaitMs: 5 });
    await until('the projector leads', () => own.status().phase === 'leading');
    hanging.hold();
    await record(1);
    await own.stop();
    await hanging.stop();
  });

  it('stops, and says so, where the store is another one', async () => {
    const { port } = node;
    await node.stop();
    node = await startEventStore({ memory: true, port });
    const why = await until('the projector stops', () => {
      const status = projector.status();
      return status.phase === 'stopped' ? status.why : undefined;
    });
    expect(why).to.include('not the store that this database was filled from');
    expect((await get('/v1/status')).body).to.include({ state: 'stopped', stopped: why });
  });
});
