import { expect } from 'chai';
import { type AccountHistory, accountHistory, appendHistory } from '../../../deploy/test/account-history.fixture.ts';
import { testDatabase } from '../../../deploy/test/postgres.fixture.ts';
import { type ReadModel, type ReadModelOptions, startReadModel } from '../../../deploy/test/read-model.fixture.ts';
import { startTcpProxy } from '../../../deploy/test/tcp-proxy.fixture.ts';

const opened = Date.parse('2026-01-01T00:00:00Z');
const day = 86_400_000;
const strong = 'consistency=strong';

describe('consistency of queries', () => {
  const models: ReadModel[] = [];
  async function start(options?: ReadModelOptions): Promise<ReadModel> {
    const model = await startReadModel(options);
    models.push(model);
    return model;
  }
  afterEach(async () => {
    for (const model of models.splice(0)) await model.stop();
  });

  function tenDeposits(accountId = 'alice'): AccountHistory {
    const history = accountHistory(accountId, opened);
    for (let n = 1; n <= 10; n++) history.transact(100n, opened + n * day, opened + n * day);
    return history;
  }
  const outcome = async (model: ReadModel, path: string) => {
    const { status, body } = await model.get(path);
    return status === 200 ? body['balance'] : body['type'];
  };

  it('a default read is of what is projected, and names its revision', async () => {
    const model = await start();
    await appendHistory(model.store, tenDeposits());
    await model.project(6);
    expect((await model.get('/v1/accounts/alice/balance')).body).to.include({ balance: '5.00', revision: 5 });
    expect(await outcome(model, '/v1/accounts/alice/balance?minRevision=5')).to.equal('5.00');
    expect(await outcome(model, '/v1/accounts/alice/balance?minRevision=6')).to.equal('10.00');
    expect(await outcome(model, '/v1/accounts/alice/transactions/t-7')).to.equal('/problems/transaction-not-found');
    expect(await outcome(model, '/v1/accounts/alice/transactions/t-7?minRevision=7')).to.equal('7.00');
    expect(await outcome(model, '/v1/accounts/alice/transactions/t-7?consistency=strong')).to.equal('7.00');
  });

  it('a revision beyond the end is waited for, and answered 503 where it does not come', async () => {
    const model = await start({ waitMs: 5_000 });
    const history = tenDeposits();
    await appendHistory(model.store, history);
    await model.project();
    history.transact(1n, opened + 20 * day, opened + 20 * day);
    const waiting = model.get('/v1/accounts/alice/balance?minRevision=11');
    await appendHistory(model.store, history);
    expect((await waiting).body).to.include({ balance: '10.01', revision: 11 });

    const impatient = await start({ waitMs: 60 });
    await appendHistory(impatient.store, tenDeposits());
    for (const path of ['', '/balance', '/transactions', '/transactions/t-99', '/balance?at=2026-01-01']) {
      const query = `${path.includes('?') ? '&' : '?'}minRevision=11`;
      expect(await outcome(impatient, `/v1/accounts/alice${path}${query}`), path).to.equal(
        '/problems/revision-not-reached',
      );
    }
  });

  it('a strong read takes a bounded tail', async () => {
    const model = await start({ tailEvents: 4 });
    await appendHistory(model.store, tenDeposits());
    const dated = `/v1/accounts/alice/balance?${strong}&at=2026-01-03`;
    await model.project(6);
    expect(await outcome(model, dated)).to.equal('/problems/read-model-behind');
    expect(await outcome(model, `/v1/accounts/alice/transactions?${strong}`)).to.equal('/problems/read-model-behind');
    expect(await outcome(model, `/v1/accounts/alice/balance?${strong}`)).to.equal('10.00');
    await model.project(7);
    expect(await outcome(model, dated)).to.equal('2.00');
  });

  it('a later page of a statement takes no more of the tail than its first', async () => {
    const model = await start({ tailEvents: 4 });
    const history = tenDeposits();
    await appendHistory(model.store, history);
    await model.project(7);
    const path = '/v1/accounts/alice/transactions?limit=6';
    const first = await model.get(`${path}&${strong}`);
    for (let n = 0; n < 20; n++) history.transact(1n, opened + 20 * day, opened + 20 * day);
    await appendHistory(model.store, history);
    const second = await model.get(`${path}&cursor=${first.body['nextCursor']}`);
    expect(second.body).to.include({ revision: 10, closingBalance: '10.00', nextCursor: null });
  });

  it('a strong read without an account waits for the projector', async () => {
    const model = await start({ waitMs: 5_000 });
    await appendHistory(model.store, tenDeposits());
    await model.project(3);
    const waiting = model.get(`/v1/transactions/t-9?${strong}`);
    await model.project();
    expect((await waiting).body).to.include({ accountId: 'alice', balance: '9.00' });

    const behind = await start({ waitMs: 60 });
    await appendHistory(behind.store, tenDeposits());
    for (const query of [strong, 'minRevision=9']) {
      expect(await outcome(behind, `/v1/transactions/t-9?${query}`)).to.equal('/problems/read-model-behind');
      expect(await outcome(behind, `/v1/accounts?${query}`)).to.equal('/problems/read-model-behind');
    }
  });

  it('pages of a statement stay as of the first, whatever is recorded and projected meanwhile', async () => {
    for (const projectedFirst of [0, 4, 11]) {
      const model = await start();
      const history = tenDeposits();
      await appendHistory(model.store, history);
      if (projectedFirst > 0) await model.project(projectedFirst);
      const path = '/v1/accounts/alice/transactions';
      const first = await model.get(`${path}?limit=4&${strong}`);
      expect(first.body).to.include({ revision: 10, closingBalance: '10.00' });
      history.transact(-1n, opened, opened + 30 * day);
      history.transact(700n, opened + 5 * day, opened + 30 * day);
      await appendHistory(model.store, history);
      const second = await model.get(`${path}?limit=4&cursor=${first.body['nextCursor']}`);
      await model.project();
      const third = await model.get(`${path}?limit=4&cursor=${second.body['nextCursor']}`);
      expect(third.body).to.include({
        revision: 10,
        openingBalance: '0.00',
        closingBalance: '10.00',
        nextCursor: null,
      });
      const lines = [first, second, third].flatMap(({ body }) => body['transactions'] as Record<string, unknown>[]);
      expect(lines.map((line) => line['revision'])).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      expect(lines.map((line) => line['runningBalance'])).to.deep.equal(
        history.lines.slice(0, 10).map((_, n) => `${n + 1}.00`),
      );
    }
  });

  it('recordedAt is that of the newest line, however many refusals came after it', async () => {
    const model = await start();
    const history = tenDeposits();
    for (let n = 0; n < 700; n++) history.transact(-1_001n, opened + 11 * day, opened + 11 * day + n);
    await appendHistory(model.store, history);
    const newest = await model.get(`/v1/accounts/alice/balance?${strong}`);
    expect(newest.body).to.include({ revision: 710, recordedAt: '2026-01-11T00:00:00.000Z' });
    await model.project();
    expect((await model.get('/v1/accounts/alice/balance')).body).to.deep.equal(newest.body);
  });

  it('without PostgreSQL, the newest balance is still told, and the rest is 503', async () => {
    const model = await start({ databaseUrl: 'postgres://nobody@127.0.0.1:1/x' });
    await appendHistory(model.store, tenDeposits());
    for (const query of [strong, 'minRevision=3', `${strong}&at=2026-01-11`, 'minRevision=3&at=2026-02-01']) {
      expect(await outcome(model, `/v1/accounts/alice/balance?${query}`), query).to.equal('10.00');
    }
    expect(await outcome(model, `/v1/accounts/alice?${strong}`)).to.equal('10.00');
    for (const path of [
      '/v1/accounts/alice',
      '/v1/accounts/alice/balance',
      `/v1/accounts/alice/balance?${strong}&at=2026-01-10`,
      '/v1/accounts/alice/balance?minRevision=3&at=2026-01-10',
      `/v1/accounts/alice/transactions?${strong}`,
      `/v1/accounts/alice/transactions/t-1?${strong}`,
      `/v1/transactions/t-1?${strong}`,
      '/v1/accounts',
      '/v1/status',
    ]) {
      const { status, body, headers } = await model.get(path);
      expect({ status, type: body['type'] }, path).to.deep.equal({
        status: 503,
        type: '/problems/read-model-unavailable',
      });
      expect(headers.get('retry-after')).to.equal('2');
    }
    expect((await model.get('/readyz')).status).to.equal(503);
  });

  it('before the projector has made its tables, it says so, and is not ready', async () => {
    const model = await start({ databaseUrl: await testDatabase() });
    expect(await outcome(model, '/v1/accounts/alice')).to.equal('/problems/read-model-unavailable');
    expect((await model.get('/readyz')).body['detail']).to.include('tables');
  });

  it('once ready, it stays so without PostgreSQL, and answers again when it is back', async () => {
    const url = new URL(await testDatabase());
    const proxy = await startTcpProxy(Number(url.port));
    try {
      const model = await start({ databaseUrl: Object.assign(url, { port: proxy.port }).href, migrated: true });
      await appendHistory(model.store, tenDeposits());
      await model.project();
      expect((await model.get('/readyz')).status).to.equal(200);
      proxy.cut();
      for (let n = 0; n < 3; n++) {
        expect(await outcome(model, '/v1/accounts/alice')).to.equal('/problems/read-model-unavailable');
      }
      expect(await outcome(model, `/v1/accounts/alice?${strong}`)).to.equal('10.00');
      expect((await model.get('/readyz')).status).to.equal(200);
      proxy.mend();
      expect(await outcome(model, '/v1/accounts/alice')).to.equal('10.00');
    } finally {
      await proxy.stop();
    }
  });

  it('without the event store, default reads go on, and strong ones are 503', async () => {
    const model = await start();
    await appendHistory(model.store, tenDeposits());
    await model.project();
    model.store.reachable(false);
    expect(await outcome(model, '/v1/accounts/alice')).to.equal('10.00');
    expect(await outcome(model, '/v1/accounts/alice?minRevision=10')).to.equal('10.00');
    for (const path of [`/v1/accounts/alice?${strong}`, '/v1/accounts/alice/balance?minRevision=11', '/v1/status']) {
      const { status, body, headers } = await model.get(path);
      expect({ status, type: body['type'] }, path).to.deep.equal({
        status: 503,
        type: '/problems/service-unavailable',
      });
      expect(headers.get('retry-after')).to.equal('1');
    }
  });
});
