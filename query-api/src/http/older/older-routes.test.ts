import { firstTransaction, secondTransaction } from '@ledger/shared/older-apis/transaction';
import { expect } from 'chai';
import { accountHistory, appendHistory } from '../../../../deploy/test/account-history.fixture.ts';
import { type ReadModel, startReadModel } from '../../../../deploy/test/read-model.fixture.ts';
import { okOf, olderHistory, opened, problemOf } from './older-queries.fixture.ts';

describe('the queries of the older APIs', () => {
  let model: ReadModel;

  before(async () => {
    model = await startReadModel();
    await appendHistory(model.store, olderHistory('42', 'n'));
    await appendHistory(model.store, olderHistory('alice', 's'));
    await appendHistory(model.store, accountHistory('007', opened, 'JPY', 0));
    await model.project();
  });
  after(() => model.stop());

  const ok = (path: string, init?: RequestInit) => okOf(model, path, init);
  const problem = async (path: string, status: number, name: string, init?: RequestInit) =>
    problemOf(await model.get(path, init), status, name);

  it('show a user, whose id is a number wherever it is one', async () => {
    for (const slash of ['', '/']) {
      expect(await ok(`/v1/user/42${slash}`)).to.deep.equal({ id: 42, name: 'Name of 42', balance: '50.00' });
    }
    expect(await ok('/v1/user/007')).to.deep.equal({ id: '007', name: 'Name of 007', balance: '0' });
    expect(await ok('/v1/user/alice?date=2026-01-02')).to.deep.equal({
      id: 'alice',
      name: 'Name of alice',
      balance: '100.00',
    });
  });

  it('show a balance', async () => {
    for (const path of [
      '/v1/user/42/balance',
      '/v1/user/42/balance/',
      '/api/user/42/balance',
      '/api/user/42/balance/',
    ]) {
      expect(await ok(path), path).to.deep.equal({ balance: '50.00' });
    }
  });

  for (const [time, balance] of [
    ['2026-01-02T00:00:00', '100.00'],
    ['2026-01-02 00:00:00', '100.00'],
    ['2026-01-02+00:00:00', '100.00'],
    ['2026-01-02T00:00:00Z', '100.00'],
    ['2026-01-02T02:00:00%2B02:00', '100.00'],
    ['2026-01-02T02:00:00+02:00', '100.00'],
    ['2026-01-01T19:00:00-05:00', '100.00'],
    ['2026-01-02T00:00:00.00000000', '100.00'],
    ['2026-01-02T00:00:00.000000000', '100.00'],
    ['2026-01-02', '100.00'],
    ['2026-01-02T00-00-00', '100.00'],
    ['2026-01-01T23:59:59.999999999', '0.00'],
    ['2026-01-01T23-59-59', '0.00'],
    ['2026-01-02T01:59:59+02:00', '0.00'],
    ['0001-01-01', '0.00'],
    ['2026-01-03T00:00:00', '50.00'],
    ['9999-12-31', '50.00'],
  ] as const) {
    it(`take ${time} as a date`, async () => {
      for (const path of [
        '/v1/user/42?date=',
        '/v1/user/42/balance/?date=',
        '/api/user/42/balance?ts=',
        '/api/user/42/balance/?ts=',
      ]) {
        expect(await ok(path + time), path).to.include({ balance });
      }
    });
  }

  it('show a transaction, to a POST too, whatever its body', async () => {
    const common = { uid: 'n-2', type: 'WITHDRAW', amount: '50.00' };
    for (const slash of ['', '/']) {
      const first = await ok(`/v1/transaction/n-2${slash}`);
      expect(firstTransaction.parse(first)).to.deep.equal({
        ...common,
        user_id: 42,
        timestamp: '2026-01-03T00:00:00.000Z',
      });
      const path = `/api/transaction/n-2${slash}`;
      const second = await ok(path);
      expect(secondTransaction.parse(second)).to.deep.equal({
        ...common,
        user_id: '42',
        created_at: '2026-01-03T00:00:00.000Z',
      });
      for (const [body, headers] of [
        [null, {}],
        ['', { 'Content-Type': 'application/json' }],
        ['{"uid":', { 'Content-Type': 'application/json' }],
        ['uid=x', { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Encoding': 'gzip' }],
        ['x'.repeat(1_000_000), { 'Content-Type': 'text/plain; charset=utf-16' }],
      ] as const) {
        expect(await ok(path, { method: 'POST', body, headers })).to.deep.equal(second);
      }
    }
    expect(await ok('/v1/transaction/s-1')).to.include({ type: 'DEPOSIT', user_id: 'alice' });
  });

  it('say what is not there, with a message', async () => {
    for (const path of [
      '/v1/user/nobody',
      '/v1/user/nobody?date=2026-01-01',
      '/v1/user/nobody/balance',
      '/api/user/nobody/balance/',
      '/api/user/nobody/balance/?ts=2026-01-01',
    ]) {
      await problem(path, 404, 'account-not-found');
    }
    await problem('/v1/transaction/none', 404, 'transaction-not-found');
    await problem('/api/transaction/none/', 404, 'transaction-not-found');
    await problem('/api/transaction/none/', 404, 'transaction-not-found', { method: 'POST' });
    await problem('/api/nothing', 404, 'not-found');
    const newer = await model.get('/v1/transactions/none');
    expect(newer.body).to.not.have.property('message');
  });

  it('name what is wrong as they call it', async () => {
    for (const [path, ...fields] of [
      ['/v1/user/al%20ice', 'id'],
      ['/v1/user/.../balance', 'id'],
      ['/v1/user/42?date=yesterday', 'date'],
      ['/v1/user/42?date=', 'date'],
      ['/v1/user/42/balance?date=2026-02-30', 'date'],
      ['/v1/user/42/balance?date=2026-01-01&date=2026-01-02', 'date'],
      ['/v1/user/42/balance?ts=2026-01-01&consistency=strong', 'consistency', 'ts'],
      ['/v1/transaction/n%20-1', 'uid'],
      ['/v1/transaction/n-1?x=1', 'x'],
      ['/api/user/al%20ice/balance/', 'id'],
      ['/api/user/42/balance/?ts=1672790400', 'ts'],
      ['/api/user/42/balance/?date=2026-01-01', 'date'],
      ['/api/transaction/n%20-1', 'uid'],
      ['/api/transaction/n-1?x=1', 'x'],
    ] as const) {
      const { errors, detail } = await problem(path, 400, 'invalid-request');
      const named = (errors as { field: string }[]).map(({ field }) => field).sort();
      expect(named, path).to.deep.equal(fields);
      expect(detail, path).not.to.include('Invalid input');
    }
    const { detail } = await problem('/api/user/42/balance?ts=yesterday', 400, 'invalid-request');
    expect(detail).to.include('2026-11-21T10-50-02');
  });

  it('take no other method', async () => {
    for (const [path, allowed] of [
      ['/v1/user/42', 'GET, HEAD'],
      ['/v1/transaction/n-1', 'GET, HEAD'],
      ['/api/transaction/n-1', 'GET, HEAD, POST'],
    ] as const) {
      const answer = await model.get(path, { method: 'DELETE' });
      problemOf(answer, 405, 'method-not-allowed');
      expect(answer.headers.get('allow')).to.equal(allowed);
    }
  });

  it('are documented as older, with POST under an operation of its own', async () => {
    const { body } = await model.get('/openapi.json');
    const paths = body['paths'] as Record<string, Record<string, { operationId: string; tags: string[] }>>;
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
    );
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).to.equal(ids.length);
    const older = operations.filter((operation) => 'deprecated' in operation);
    expect(older.map(({ method, path, tags }) => `${method} ${path}: ${tags}`)).to.deep.equal([
      'get /v1/user/{id}: Older API, first generation',
      'get /v1/user/{id}/balance: Older API, first generation',
      'get /v1/transaction/{uid}: Older API, first generation',
      'get /api/user/{id}/balance/: Older API, second generation',
      'get /api/transaction/{uid}: Older API, second generation',
      'post /api/transaction/{uid}: Older API, second generation',
    ]);
  });

  it('show what is now, whatever is projected', async () => {
    await appendHistory(model.store, olderHistory('99', 'late'));
    expect(await ok('/v1/user/99')).to.deep.equal({ id: 99, name: 'Name of 99', balance: '50.00' });
    expect(await ok('/v1/user/99?date=2026-01-02')).to.include({ balance: '100.00' });
    expect(await ok('/v1/user/99/balance?date=2026-01-01')).to.deep.equal({ balance: '0.00' });
    expect(await ok('/api/user/99/balance/?ts=2026-01-02')).to.deep.equal({ balance: '100.00' });
  });

  it('show what is now without PostgreSQL, and say of the rest that it is away', async () => {
    const away = await startReadModel({ databaseUrl: 'postgres://nobody@127.0.0.1:1/x' });
    try {
      await appendHistory(away.store, olderHistory('42', 'n'));
      for (const path of [
        '/v1/user/42',
        '/v1/user/42/balance',
        '/api/user/42/balance/',
        '/api/user/42/balance/?ts=2026-01-03',
      ]) {
        expect((await away.get(path)).body, path).to.include({ balance: '50.00' });
      }
      for (const path of [
        '/v1/user/42?date=2026-01-02',
        '/api/user/42/balance?ts=2026-01-02',
        '/v1/transaction/n-1',
        '/api/transaction/n-1',
      ]) {
        problemOf(await away.get(path), 503, 'read-model-unavailable');
      }
    } finally {
      await away.stop();
    }
  });
});
