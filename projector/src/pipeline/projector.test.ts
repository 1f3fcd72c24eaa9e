import { randomUUID } from 'node:crypto';
import { createPool, type Pool } from '@ledger/shared/database/pool';
import type { JsonEvent } from '@ledger/shared/event-store/event-store';
import { accountStream } from '@ledger/shared/events/streams';
import { createLog } from '@ledger/shared/log';
import { expect } from 'chai';
import { Registry } from 'prom-client';
import { type AccountHistory, accountHistory, appendHistory } from '../../../deploy/test/account-history.fixture.ts';
import { type MemoryEventStore, memoryEventStore } from '../../../deploy/test/memory-event-store.fixture.ts';
import { testDatabase } from '../../../deploy/test/postgres.fixture.ts';
import { until } from '../../../deploy/test/until.fixture.ts';
import { readCheckpoint } from './checkpoint.ts';
import { projectionMetrics } from './projection-metrics.ts';
import { type Projector, startProjector } from './projector.ts';
import { missingOf } from './status.ts';

const log = createLog('test', 'silent');
const day = 86_400_000;
const opened = Date.parse('2026-01-01T00:00:00Z');

function eventOf({ events }: AccountHistory, revision: number): JsonEvent {
  return events[revision] ?? expect.fail(`there is no event ${revision}`);
}

describe('the projector', () => {
  let databaseUrl: string;
  let pool: Pool;
  let store: MemoryEventStore;
  let registry: Registry;
  const running: Projector[] = [];

  beforeEach(async () => {
    databaseUrl = await testDatabase();
    pool = createPool(databaseUrl, { log });
    store = memoryEventStore();
  });
  afterEach(async () => {
    for (const projector of running.splice(0)) await projector.stop();
    await pool.end();
  });

  function start(batchEvents = 100): Projector {
    registry = new Registry();
    const metrics = projectionMetrics(registry);
    const projector = startProjector({ databaseUrl, store, log, metrics, batchEvents, batchWaitMs: 0 });
    running.push(projector);
    return projector;
  }
  const stop = async (projector: Projector) => {
    running.splice(running.indexOf(projector), 1);
    await projector.stop();
  };
  const revisionOf = async (accountId: string): Promise<bigint | undefined> => {
    const { rows } = await pool.query('SELECT revision FROM accounts WHERE account_id = $1', [accountId]);
    return rows[0]?.revision;
  };
  const projected = (history: AccountHistory) =>
    until(`revision ${history.revision} of ${history.accountId}`, async () => {
      const found = await revisionOf(history.accountId).catch(() => undefined);
      return found === BigInt(history.revision);
    });
  const stopped = (projector: Projector) =>
    until('the projector stops', () => {
      const status = projector.status();
      return status.phase === 'stopped' ? status.why : undefined;
    });

  /** Ten deposits and withdrawals, among them a backdated one and a refused one. */
  function someHistory(accountId: string): AccountHistory {
    const history = accountHistory(accountId, opened);
    for (let n = 1; n <= 8; n++) history.transact(n % 3 === 0 ? -50n : 100n, opened + n * day, opened + n * day + 1);
    history.transact(7n, opened + 2 * day, opened + 9 * day);
    history.transact(-(10n ** 25n), opened + 9 * day, opened + 9 * day + 5);
    return history;
  }

  async function expectProjected(history: AccountHistory): Promise<void> {
    const { accountId } = history;
    const account = await pool.query('SELECT * FROM accounts WHERE account_id = $1', [accountId]);
    expect(account.rows[0]).to.deep.include({
      name: `Name of ${accountId}`,
      currency: 'EUR',
      decimals: 2,
      metadata: { k: 'v' },
      balance: history.balance,
      opened_at: opened,
      revision: BigInt(history.revision),
    });
    const lines = await pool.query(
      `SELECT transaction_id AS "transactionId", effective_at AS "effectiveAt", recorded_at AS "recordedAt", delta,
              revision::int FROM transactions WHERE account_id = $1 AND delta <> 0 ORDER BY revision`,
      [accountId],
    );
    expect(lines.rows).to.deep.equal(history.lines);
    const { rows } = await pool.query('SELECT count(*) FROM transactions WHERE account_id = $1', [accountId]);
    const transactions = history.events.filter(({ type }) => /Deposited|Withdr/.test(type)).length;
    expect(rows[0].count).to.equal(BigInt(transactions));
  }

  it('projects accounts, outcomes and lines, refused ones of any size included', async () => {
    const histories = ['alice', 'bob'].map(someHistory);
    for (const history of histories) await appendHistory(store, history);
    await store.append('pages-alice', [{ id: randomUUID(), type: 'Page', data: {}, metadata: {} }], 'any', 0);
    const projector = start();
    for (const history of histories) await projected(history);
    for (const history of histories) await expectProjected(history);
    const refused = await pool.query(`SELECT * FROM transactions WHERE outcome = 'refused' AND account_id = 'alice'`);
    const amount = String(10n ** 25n);
    expect(refused.rows).to.have.length(1);
    expect(refused.rows[0]).to.include({ type: 'withdrawal', amount, reason: 'insufficient-funds', revision: 10n });
    expect(missingOf(projector.status())).to.deep.equal([]);
    expect(await registry.metrics()).to.include(`projector_events_total 22`);
  });

  it('takes live events, goes on after subscriptions that are dropped, and neither skips nor doubles', async () => {
    const history = accountHistory('alice', opened);
    store.rewind(3);
    start(7);
    for (let n = 1; n <= 30; n++) {
      history.transact(1n, opened + n, opened + n);
      await appendHistory(store, history);
      if (n % 10 !== 0) continue;
      await projected(history);
      store.dropSubscribers();
      await until('it subscribes again', () => store.subscriptions.length === 1 + n / 10);
    }
    const takenIn = [10, 20, 30].map((revision) => store.events[revision]?.position);
    expect(store.subscriptions).to.deep.equal([undefined, ...takenIn]);
    await projected(history);
    await expectProjected(history);
  });

  it('goes on after a restart where it was, and from the events that came meanwhile', async () => {
    const history = someHistory('alice');
    await appendHistory(store, history, 4);
    const first = start();
    await until('4 events', async () => (await revisionOf('alice').catch(() => undefined)) === 3n);
    await stop(first);
    await appendHistory(store, history);
    start();
    await projected(history);
    await expectProjected(history);
  });

  it('gets over a store that goes away and comes back', async () => {
    const history = someHistory('alice');
    await appendHistory(store, history, 4);
    const projector = start();
    await until('4 events', async () => (await revisionOf('alice').catch(() => undefined)) === 3n);
    store.reachable(false);
    await until('not ready', () => missingOf(projector.status()).length > 0);
    expect(missingOf(projector.status())[0]).to.include('event store');
    store.reachable(true);
    await appendHistory(store, history);
    await projected(history);
    await until('ready', () => missingOf(projector.status()).length === 0);
  });

  it('gets over connections that PostgreSQL ends, in the middle of a batch or idle', async () => {
    const history = someHistory('alice');
    start(3);
    for (let n = 1; n <= history.events.length; n++) {
      await appendHistory(store, history, n);
      await pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
    }
    await projected(history);
    await expectProjected(history);
  });

  it('stands by while another leads, and takes over when it ends', async () => {
    const history = someHistory('alice');
    await appendHistory(store, history, 3);
    const first = start();
    await until('3 events', async () => (await revisionOf('alice').catch(() => undefined)) === 2n);
    const second = start();
    await until('it stands by', () => second.status().phase === 'standing by');
    expect(missingOf(second.status())).to.deep.equal([]);
    await stop(first);
    await appendHistory(store, history);
    await projected(history);
    expect(second.status().phase).to.equal('leading');
  });

  it('skips an event of an unknown type that changes no balance, counts it, and keeps count of revisions', async () => {
    const history = someHistory('alice');
    history.unknown(opened + 20 * day);
    history.transact(5n, opened + 21 * day, opened + 21 * day);
    await appendHistory(store, history);
    start();
    await projected(history);
    await expectProjected(history);
    expect(await registry.metrics()).to.include('projector_events_skipped_total{type="AccountPainted"} 1');
  });

  describe('stops, says why, and stays up', () => {
    async function expectStop(...words: string[]): Promise<void> {
      const projector = start();
      const why = await stopped(projector);
      for (const word of words) expect(why).to.include(word);
      expect(missingOf(projector.status())[0]).to.include(words[0]);
      const { rows } = await pool.query('SELECT stopped FROM projection_checkpoint');
      expect(rows).to.deep.equal([{ stopped: why }]);
    }

    it('at an unknown type that changes the balance, after projecting what comes before', async () => {
      const history = someHistory('alice');
      history.unknown(opened + 20 * day, { balance: history.balance + 1n });
      await appendHistory(store, history);
      await expectStop('event 11 of account-alice', 'AccountPainted', 'not known');
      expect(await revisionOf('alice')).to.equal(10n);
    });

    it('at an unknown type that changes the latest date', async () => {
      const history = someHistory('alice');
      history.unknown(opened + 20 * day, { latestEffectiveAt: opened + 19 * day });
      await appendHistory(store, history);
      await expectStop('event 11 of account-alice');
    });

    it('at a gap in the revisions', async () => {
      const history = someHistory('alice');
      const events = [eventOf(history, 0), eventOf(history, 2)];
      await store.append(accountStream('alice'), events, 'any', 0);
      await expectStop('event 1 of account-alice', 'does not follow');
    });

    it('at a stream that does not begin with an opening', async () => {
      await store.append(accountStream('alice'), [eventOf(someHistory('alice'), 1)], 'any', 0);
      await expectStop('event 0 of account-alice', 'not been opened');
    });

    it('at an event that it can’t read', async () => {
      const history = someHistory('alice');
      await appendHistory(store, history);
      const event = { ...eventOf(history, 1), id: randomUUID(), data: { amount: 12 } };
      await store.append(accountStream('alice'), [event], 'any', 0);
      await expectStop('event 11 of account-alice', event.id, 'amount');
      expect(await revisionOf('alice')).to.equal(10n);
    });

    it('at an event whose stream has a name that PostgreSQL can’t store', async () => {
      await store.append(accountStream('a\0b'), [eventOf(accountHistory('a\0b', opened), 0)], 'any', 0);
      await expectStop('event 0 of account-a\uFFFDb', 'PostgreSQL refuses it');
    });

    it('at an event of another account in the stream', async () => {
      await store.append(accountStream('alice'), [eventOf(accountHistory('bob', opened), 0)], 'any', 0);
      await expectStop('event 0 of account-alice', 'account bob');
    });

    it('at an event that PostgreSQL refuses, after projecting what comes before', async () => {
      const history = accountHistory('alice', opened);
      for (let n = 1; n <= 9; n++) history.transact(1n, opened, opened, n === 6 ? 't-3' : undefined);
      await appendHistory(store, history);
      await expectStop('event 6 of account-alice', 'already exists');
      expect(await revisionOf('alice')).to.equal(5n);
      expect((await pool.query('SELECT count(*) FROM transactions')).rows[0].count).to.equal(5n);
    });

    it('at a store that this database was not filled from', async () => {
      await appendHistory(store, someHistory('alice'));
      const first = start();
      await until('11 events', async () => (await revisionOf('alice').catch(() => undefined)) === 10n);
      await stop(first);
      store = memoryEventStore();
      await appendHistory(store, someHistory('alice'));
      await expectStop('not the store that this database was filled from');
    });

    it('at a database that a newer version has migrated', async () => {
      const first = start();
      await until('it leads', () => first.status().phase === 'leading');
      await stop(first);
      await pool.query(`INSERT INTO schema_migrations (number, name) VALUES (9999, '9999-future.sql')`);
      const projector = start();
      expect(await stopped(projector)).to.include('9999-future.sql');
    });
  });

  it('says so while PostgreSQL is not there, and lives on', async () => {
    const metrics = projectionMetrics(new Registry());
    const nowhere = 'postgres://nobody@127.0.0.1:1/x';
    const options = { databaseUrl: nowhere, store, log, metrics, batchEvents: 10, batchWaitMs: 0 };
    const projector = startProjector(options);
    await until('it has tried', () => missingOf(projector.status()).some((line) => line.includes('ECONNREFUSED')));
    await projector.stop();
  });

  it('keeps the checkpoint at an event that it handled', async () => {
    await appendHistory(store, someHistory('alice'));
    await store.append('pages-alice', [{ id: randomUUID(), type: 'Page', data: {}, metadata: {} }], 'any', 0);
    start();
    await until('11 events', async () => (await revisionOf('alice').catch(() => undefined)) === 10n);
    const last = store.events.findLast(({ stream }) => stream === accountStream('alice'));
    expect((await readCheckpoint(pool)).event).to.deep.equal({ position: last?.position, eventId: last?.id });
  });
});
