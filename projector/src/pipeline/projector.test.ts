import { randomUUID } from 'node:crypto';
import { accountStream } from '@ledger/shared/events/streams';
import { expect } from 'chai';
import { accountHistory, appendHistory } from '../../../deploy/test/account-history.fixture.ts';
import { until } from '../../../deploy/test/until.fixture.ts';
import { readCheckpoint } from './checkpoint.ts';
import { day, opened, ProjectorUnderTest, someHistory } from './projector-under-test.fixture.ts';
import { missingOf } from './status.ts';

describe('the projector', () => {
  const test = new ProjectorUnderTest();
  beforeEach(() => test.prepare());
  afterEach(() => test.cleanUp());

  it('projects accounts, outcomes and lines, refused ones of any size included', async () => {
    const histories = ['alice', 'bob'].map(someHistory);
    for (const history of histories) await appendHistory(test.store, history);
    await test.store.append('pages-alice', [{ id: randomUUID(), type: 'Page', data: {}, metadata: {} }], 'any', 0);
    const projector = test.start();
    for (const history of histories) await test.projected(history);
    for (const history of histories) await test.expectProjected(history);
    const refused = await test.pool.query(
      `SELECT * FROM transactions WHERE outcome = 'refused' AND account_id = 'alice'`,
    );
    const amount = String(10n ** 25n);
    expect(refused.rows).to.have.length(1);
    expect(refused.rows[0]).to.include({ type: 'withdrawal', amount, reason: 'insufficient-funds', revision: 10n });
    expect(missingOf(projector.status())).to.deep.equal([]);
    expect(await test.registry.metrics()).to.include(`projector_events_total 22`);
  });

  it('takes live events, goes on after subscriptions that are dropped, and neither skips nor doubles', async () => {
    const history = accountHistory('alice', opened);
    test.store.rewind(3);
    test.start({ batchEvents: 7 });
    for (let n = 1; n <= 30; n++) {
      history.transact(1n, opened + n, opened + n);
      await appendHistory(test.store, history);
      if (n % 10 !== 0) continue;
      await test.projected(history);
      test.store.dropSubscribers();
      await until('it subscribes again', () => test.store.subscriptions.length === 1 + n / 10);
    }
    const takenIn = [10, 20, 30].map((revision) => test.store.events[revision]?.position);
    expect(test.store.subscriptions).to.deep.equal([undefined, ...takenIn]);
    await test.projected(history);
    await test.expectProjected(history);
  });

  it('goes on after a restart where it was, and from the events that came meanwhile', async () => {
    const history = someHistory('alice');
    await appendHistory(test.store, history, 4);
    const first = test.start();
    await test.projected(history, 3);
    await test.stop(first);
    await appendHistory(test.store, history);
    test.start();
    await test.projected(history);
    await test.expectProjected(history);
  });

  it('gets over a store that goes away and comes back', async () => {
    const history = someHistory('alice');
    await appendHistory(test.store, history, 4);
    const projector = test.start();
    await test.projected(history, 3);
    test.store.reachable(false);
    await until('not ready', () => missingOf(projector.status()).length > 0);
    expect(missingOf(projector.status())[0]).to.include('event store');
    test.store.reachable(true);
    await appendHistory(test.store, history);
    await test.projected(history);
    await until('ready', () => missingOf(projector.status()).length === 0);
  });

  it('gets over connections that PostgreSQL ends, in the middle of a batch or idle', async () => {
    const history = someHistory('alice');
    test.start({ batchEvents: 3 });
    for (let n = 1; n <= history.events.length; n++) {
      await appendHistory(test.store, history, n);
      await test.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
    }
    await test.projected(history);
    await test.expectProjected(history);
  });

  it('stands by while another leads, and takes over when it ends', async () => {
    const history = someHistory('alice');
    await appendHistory(test.store, history, 3);
    const first = test.start();
    await test.projected(history, 2);
    const second = test.start();
    await until('it stands by', () => second.status().phase === 'standing by');
    expect(missingOf(second.status())).to.deep.equal([]);
    await test.stop(first);
    await appendHistory(test.store, history);
    await test.projected(history);
    expect(second.status().phase).to.equal('leading');
  });

  it('skips an event of an unknown type that changes no balance, counts it, and keeps count of revisions', async () => {
    const history = someHistory('alice');
    history.unknown(opened + 20 * day);
    history.transact(5n, opened + 21 * day, opened + 21 * day);
    await appendHistory(test.store, history);
    test.start();
    await test.projected(history);
    await test.expectProjected(history);
    expect(await test.registry.metrics()).to.include('projector_events_skipped_total{type="AccountPainted"} 1');
  });

  it('says so while PostgreSQL is not there, and lives on', async () => {
    const projector = test.start({ databaseUrl: 'postgres://nobody@127.0.0.1:1/x' });
    await until('it has tried', () => missingOf(projector.status()).some((line) => line.includes('ECONNREFUSED')));
  });

  it('keeps the checkpoint at an event that it handled', async () => {
    const history = someHistory('alice');
    await appendHistory(test.store, history);
    await test.store.append('pages-alice', [{ id: randomUUID(), type: 'Page', data: {}, metadata: {} }], 'any', 0);
    test.start();
    await test.projected(history);
    const last = test.store.events.findLast(({ stream }) => stream === accountStream('alice'));
    expect((await readCheckpoint(test.pool)).event).to.deep.equal({ position: last?.position, eventId: last?.id });
  });

  describe('tells its lag', () => {
    const lag = async () => {
      const text = await test.registry.metrics();
      const value = (name: string) => Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
      return { events: value('projector_lag_events'), hasAge: value('projector_lag_seconds') > 0 };
    };

    it('behind the store: none when all is projected, whatever else the store holds', async () => {
      const history = someHistory('alice');
      await appendHistory(test.store, history);
      test.start();
      await test.projected(history);
      await test.store.append('pages-alice', [{ id: randomUUID(), type: 'Page', data: {}, metadata: {} }], 'any', 0);
      await until('no lag', async () => (await lag()).events === 0);
      expect(await lag()).to.deep.equal({ events: 0, hasAge: false });
    });

    it('when it has stopped: what it stopped at, what waits behind that, and what is still in the store', async () => {
      const history = accountHistory('alice', opened);
      for (let n = 1; n <= 9; n++) history.transact(1n, opened, opened, n === 6 ? 't-3' : undefined);
      await appendHistory(test.store, history);
      await test.stopped(test.start({ batchEvents: 4 }));
      const after = someHistory('bob');
      await appendHistory(test.store, after);
      expect(await lag()).to.deep.equal({ events: 4 + after.events.length, hasAge: true });
      expect(await test.registry.metrics()).to.include('projector_phase{phase="stopped"} 1');
    });
  });
});
