import { formatInstant } from '@ledger/shared/time';
import { expect } from 'chai';
import { accountHistory, appendHistory } from '../../../deploy/test/account-history.fixture.ts';
import { type ReadModel, startReadModel } from '../../../deploy/test/read-model.fixture.ts';
import { accountAnswer, balanceAnswer, transactionAnswer } from './answers.ts';

const opened = Date.parse('2026-01-01T00:00:00Z');
const day = 86_400_000;

/** alice: 100.00 on the 2nd, 50.00 out on the 3rd, and a withdrawal of 500.00 refused on the 4th. */
function alicesHistory() {
  const history = accountHistory('alice', opened);
  history.transact(10_000n, opened + day, opened + day + 1_000, 't-1');
  history.transact(-5_000n, opened + 2 * day, opened + 2 * day + 1_000, 't-2');
  history.transact(-50_000n, opened + 3 * day, opened + 3 * day, 't-3');
  return history;
}

describe('the query API', () => {
  let model: ReadModel;

  before(async () => {
    model = await startReadModel();
    await appendHistory(model.store, alicesHistory());
    const yen = accountHistory('kenji', opened, 'JPY', 0);
    yen.transact(7n, opened, opened, 't-1');
    await appendHistory(model.store, yen);
    await model.project();
  });
  after(() => model.stop());

  const ok = async (path: string) => {
    const { status, body } = await model.get(path);
    expect(status, JSON.stringify(body)).to.equal(200);
    return body;
  };
  const problem = async (path: string, status: number, name: string) => {
    const answer = await model.get(path);
    expect(answer.body, path).to.include({ status, type: `/problems/${name}` });
    expect(answer.status).to.equal(status);
    expect(answer.headers.get('content-type')).to.include('application/problem+json');
    expect(answer.headers.has('retry-after')).to.equal(status === 503);
    return answer.body;
  };

  for (const level of ['', '?consistency=strong', '?minRevision=3', '?consistency=default&minRevision=0']) {
    it(`answers with an account ${level}`, async () => {
      const body = await ok(`/v1/accounts/alice${level}`);
      expect(accountAnswer.parse(body)).to.deep.equal({
        accountId: 'alice',
        name: 'Name of alice',
        currency: 'EUR',
        metadata: { k: 'v' },
        balance: '50.00',
        revision: 3,
        openedAt: '2026-01-01T00:00:00.000Z',
        recordedAt: '2026-01-04T00:00:00.000Z',
      });
    });

    it(`answers with the outcome of a refused withdrawal ${level}`, async () => {
      const body = await ok(`/v1/accounts/alice/transactions/t-3${level}`);
      expect(transactionAnswer.parse(body)).to.deep.equal({
        accountId: 'alice',
        transactionId: 't-3',
        type: 'withdrawal',
        outcome: 'refused',
        amount: '500.00',
        currency: 'EUR',
        effectiveAt: '2026-01-04T00:00:00.000Z',
        recordedAt: '2026-01-04T00:00:00.000Z',
        description: 'no. 3',
        metadata: { n: '3' },
        balance: '50.00',
        revision: 3,
        reason: 'insufficient-funds',
        shortfall: '450.00',
        firstNegativeAt: null,
      });
    });
  }

  it('shows all decimals of the currency, none for JPY', async () => {
    expect(await ok('/v1/accounts/kenji/balance')).to.include({ balance: '7', currency: 'JPY' });
    expect(await ok('/v1/accounts/alice/balance?at=2025-12-31')).to.include({ balance: '0.00', recordedAt: null });
  });

  it('counts a date itself, and takes a date in all its forms', async () => {
    for (const [at, balance] of [
      ['2026-01-02', '100.00'],
      ['2026-01-01T23:59:59.999Z', '0.00'],
      ['2026-01-02T01:00:00 01:00', '100.00'],
      ['2026-01-02T01:00:00%2B01:00', '100.00'],
      ['2026-01-03T00:00:00.000000000', '50.00'],
    ]) {
      const body = await ok(`/v1/accounts/alice/balance?at=${at}`);
      expect(balanceAnswer.parse(body), at).to.include({ balance });
    }
  });

  it('finds a transaction by its id alone, and names the accounts where several have it', async () => {
    const body = await ok('/v1/transactions/t-2');
    expect(transactionAnswer.parse(body)).to.include({ accountId: 'alice', outcome: 'accepted', amount: '50.00' });
    expect(body).not.to.have.any.keys('reason', 'shortfall', 'firstNegativeAt');
    const ambiguous = await problem('/v1/transactions/t-1', 409, 'transaction-id-ambiguous');
    expect(ambiguous['accountIds']).to.deep.equal(['alice', 'kenji']);
  });

  it('says what is not there', async () => {
    for (const level of ['', '?consistency=strong', '?minRevision=1']) {
      await problem(`/v1/accounts/nobody${level}`, 404, 'account-not-found');
      await problem(`/v1/accounts/nobody/balance${level}`, 404, 'account-not-found');
      await problem(`/v1/accounts/nobody/transactions${level}`, 404, 'account-not-found');
      await problem(`/v1/accounts/nobody/transactions/t-1${level}`, 404, 'account-not-found');
      await problem(`/v1/transactions/t-99${level}`, 404, 'transaction-not-found');
    }
    await problem('/v1/accounts/alice/transactions/t-99', 404, 'transaction-not-found');
    await problem('/v1/accounts/alice/transactions/t-99?consistency=strong', 404, 'transaction-not-found');
    await problem('/v1/accounts/nobody/balance?consistency=strong&at=2026-01-01', 404, 'account-not-found');
    await problem('/v1/elsewhere', 404, 'not-found');
  });

  it('names every parameter that is wrong or not known, and says what would be right', async () => {
    for (const [path, ...fields] of [
      ['/v1/accounts/alice/balance?at=yesterday', 'at'],
      ['/v1/accounts/alice/balance?at=2026-02-30', 'at'],
      ['/v1/accounts/alice/balance?at=', 'at'],
      ['/v1/accounts/alice/balance?at=2026&at=2027', 'at'],
      ['/v1/accounts?limit=1&limit=2&cursor=a&cursor=b', 'cursor', 'limit'],
      [
        '/v1/accounts/alice/balance?since=2026-01-01&consistency=weak&minRevision=-1',
        'consistency',
        'minRevision',
        'since',
      ],
      ['/v1/accounts/alice?at=2026-01-01', 'at'],
      ['/v1/accounts/al%20ice', 'accountId'],
      ['/v1/accounts/.../balance', 'accountId'],
      ['/v1/accounts/alice/transactions?limit=0&order=up&from=x&to=y', 'from', 'limit', 'order', 'to'],
      ['/v1/accounts/alice/transactions?limit=1001', 'limit'],
      ['/v1/accounts/alice/transactions?from=2026-01-02&to=2026-01-01', 'to'],
      ['/v1/accounts/alice/transactions?types=Deposited,All&knownAt=never', 'knownAt', 'types'],
      ['/v1/accounts/alice/transactions?cursor=nonsense', 'cursor'],
      ['/v1/accounts?cursor=!', 'cursor'],
      ['/v1/transactions/t-1?x=1', 'x'],
      ['/v1/status?verbose=1', 'verbose'],
    ] as const) {
      const { errors } = await problem(path, 400, 'invalid-request');
      const named = (errors as { field: string }[]).map(({ field }) => field).sort();
      expect(named, path).to.deep.equal([...fields].sort());
      // zod's own words, which say nothing to a client.
      expect(JSON.stringify(errors), path).not.to.include('Invalid input');
    }
    const { detail } = await problem('/v1/accounts/alice/balance?at=yesterday', 400, 'invalid-request');
    expect(detail).to.include('2026-05-05T14:30:00Z');
  });

  it('takes HEAD, and no other method', async () => {
    const head = await model.get('/v1/accounts/alice/balance', { method: 'HEAD' });
    expect(head.status).to.equal(200);
    expect(head.body).to.deep.equal({});
    const put = await model.get('/v1/accounts/alice', { method: 'PUT' });
    expect(put.status).to.equal(405);
    expect(put.headers.get('allow')).to.equal('GET, HEAD');
  });

  it('documents each of its routes', async () => {
    const { paths, components } = await ok('/openapi.json');
    expect(Object.keys(paths as object)).to.have.members([
      '/v1/accounts',
      '/v1/accounts/{accountId}',
      '/v1/accounts/{accountId}/balance',
      '/v1/accounts/{accountId}/transactions',
      '/v1/accounts/{accountId}/transactions.csv',
      '/v1/accounts/{accountId}/transactions/{transactionId}',
      '/v1/transactions/{transactionId}',
      '/v1/totals',
      '/v1/status',
      '/v1/user/{id}',
      '/v1/user/{id}/balance',
      '/v1/transaction/{uid}',
      '/api/user/{id}/balance/',
      '/api/transaction/{uid}',
    ]);
    for (const [path, { get }] of Object.entries(paths as Record<string, { get: { responses: object } }>)) {
      expect(get.responses, path).to.include.keys('200', '400', '500', '503');
    }
    const list = (paths as Record<string, { get: { parameters: { name: string; schema: object }[] } }>)['/v1/accounts'];
    const limit = list?.get.parameters.find(({ name }) => name === 'limit');
    expect(limit?.schema).to.include({ type: 'integer', minimum: 1, maximum: 1_000, default: 100 });
    expect((components as { schemas: object }).schemas).to.include.keys('Account', 'Balance', 'Statement', 'Problem');
  });

  it('is ready once it has seen the tables', async () => {
    expect((await model.get('/readyz')).status).to.equal(200);
  });

  it('passes over an event of an unknown type in the tail only where it changes nothing', async () => {
    const history = accountHistory('painted', opened);
    history.transact(300n, opened + day, opened + day);
    history.unknown(opened + 2 * day);
    history.transact(300n, opened, opened + 3 * day);
    await appendHistory(model.store, history);
    const path = `/v1/accounts/painted/balance?consistency=strong&at=${formatInstant(opened)}`;
    expect(await ok(path)).to.include({ balance: '3.00', revision: 3 });
    history.unknown(opened + 4 * day, { balance: 1n });
    await appendHistory(model.store, history);
    await problem(path, 500, 'internal-error');
  });

  it('raises an alarm where PostgreSQL is ahead of the store', async () => {
    await model.pool.query(`UPDATE accounts SET revision = 99 WHERE account_id = 'alice'`);
    await problem('/v1/accounts/alice/balance?consistency=strong&at=2026-01-01', 500, 'internal-error');
    await problem('/v1/accounts/alice/transactions?consistency=strong', 500, 'internal-error');
    await model.pool.query(`UPDATE accounts SET revision = 3 WHERE account_id = 'alice'`);
  });
});
