import { expect } from 'chai';
import { until } from '../until.fixture.ts';
import { deposit, get, put, withdrawal } from './http.fixture.ts';
import { startLedger, type TestLedger } from './ledger.fixture.ts';

describe('a ledger, through its one origin', function () {
  this.timeout(180_000);
  let ledger: TestLedger;
  let alice: string;

  before(async () => {
    ledger = await startLedger();
    alice = `${ledger.gateway}/v1/accounts/alice`;
  });
  after(() => ledger.stop());

  it('opens an account, deposits, withdraws and tells the balance, strong or after the revision of the command', async () => {
    expect((await put(alice, { name: 'Alice' })).status).to.equal(201);
    expect((await put(alice, { name: 'Alice' })).status).to.equal(200);
    expect((await put(alice, { name: 'Bob' })).body['type']).to.equal('/problems/account-id-taken');
    const paidIn = await put(`${alice}/transactions/t-1`, deposit('100', { effectiveAt: '2026-05-05' }));
    expect(paidIn).to.deep.include({ status: 201 });
    expect(paidIn.body).to.include({ balance: '100.00', revision: 1, effectiveAt: '2026-05-05T00:00:00.000Z' });
    const paidOut = await put(`${alice}/transactions/t-2`, withdrawal('30.50'));
    expect(paidOut.body).to.include({ balance: '69.50', revision: 2 });
    expect((await get(`${alice}/balance?consistency=strong`)).body).to.include({ balance: '69.50', revision: 2 });
    expect((await get(`${alice}/balance?minRevision=2`)).body).to.include({ balance: '69.50' });
  });

  it('gives a retry the first answer again, and a refusal its refusal', async () => {
    const again = await put(`${alice}/transactions/t-1`, deposit('100.00', { effectiveAt: '2026-05-05T00:00:00Z' }));
    expect(again.status).to.equal(200);
    expect(again.headers.get('Idempotent-Replayed')).to.equal('true');
    expect(again.body).to.include({ balance: '100.00', revision: 1 });
    const refused = await put(`${alice}/transactions/t-3`, withdrawal('1000'));
    expect(refused.status).to.equal(402);
    expect(refused.body).to.include({ type: '/problems/insufficient-funds', balance: '69.50', shortfall: '930.50' });
    await put(`${alice}/transactions/t-4`, deposit('5000'));
    const refusedAgain = await put(`${alice}/transactions/t-3`, withdrawal('1000'));
    expect(refusedAgain.status).to.equal(402);
    expect(refusedAgain.body).to.deep.equal(refused.body);
    const reused = await put(`${alice}/transactions/t-1`, deposit('101', { effectiveAt: '2026-05-05' }));
    expect(reused.body).to.deep.include({ type: '/problems/transaction-id-reused', differs: ['amount'] });
  });

  it('answers the balance of any date, and refuses what would have been negative then', async () => {
    const asOf = async (at: string) => (await get(`${alice}/balance?consistency=strong&at=${at}`)).body['balance'];
    expect(await asOf('2026-05-04T23:59:59.999Z')).to.equal('0.00');
    expect(await asOf('2026-05-05')).to.equal('100.00');
    const refused = await put(`${alice}/transactions/t-5`, withdrawal('2000', { effectiveAt: '2026-05-06' }));
    expect(refused.body).to.include({
      type: '/problems/insufficient-funds-at-date',
      firstNegativeAt: '2026-05-06T00:00:00.000Z',
    });
    const accepted = await put(`${alice}/transactions/t-6`, withdrawal('60', { effectiveAt: '2026-05-06' }));
    expect(accepted.status).to.equal(201);
    expect(await asOf('2026-05-06')).to.equal('40.00');
    const wrong = await get(`${alice}/balance?at=2026-02-31`);
    expect(wrong.status).to.equal(400);
    expect(wrong.body['errors']).to.have.nested.property('[0].field', 'at');
  });

  it('shows the statement in pages, and each transaction', async () => {
    await until(
      'the statement is projected',
      async () => {
        const page = await get(`${alice}/transactions?limit=2`);
        return page.status === 200 && page.body['closingBalance'] === '5009.50';
      },
      60_000,
    );
    const lines: unknown[] = [];
    for (let cursor = ''; ; ) {
      const page = await get(`${alice}/transactions?limit=2${cursor}`);
      lines.push(...(page.body['transactions'] as { transactionId: string }[]).map((line) => line.transactionId));
      if (page.body['nextCursor'] === null) break;
      cursor = `&cursor=${page.body['nextCursor']}`;
    }
    expect(lines).to.deep.equal(['t-1', 't-6', 't-2', 't-4']);
    const refused = await get(`${alice}/transactions/t-3`);
    expect(refused.body).to.include({ outcome: 'refused', reason: 'insufficient-funds' });
    expect((await get(`${ledger.gateway}/v1/transactions/t-6`)).body).to.include({
      accountId: 'alice',
      outcome: 'accepted',
    });
  });

  it('tells what it is, where it stands and what it can do', async () => {
    const page = await fetch(ledger.gateway);
    expect(page.headers.get('Content-Type')).to.match(/^text\/html/);
    expect((await get(`${ledger.gateway}/readyz`)).status).to.equal(200);
    expect((await get(`${ledger.gateway}/v1/status`)).status).to.equal(200);
    const { paths } = (await get(`${ledger.gateway}/openapi.json`)).body as { paths: Record<string, object> };
    expect(paths['/v1/accounts/{accountId}']).to.include.keys('put', 'get');
    for (const service of [ledger.gateway, ledger.commandApi, ledger.queryApi, ledger.projector]) {
      expect((await get(`${service}/livez`)).status).to.equal(200);
      expect(await (await fetch(`${service}/metrics`)).text()).to.include('process_cpu_seconds_total');
    }
  });

  it('answers every wrong request with a problem', async () => {
    const wrong: [string, string, string | undefined, string, number, string][] = [
      ['PUT', '/v1/accounts/alice/transactions/w', '{"type":', 'application/json', 400, 'invalid-json'],
      ['PUT', '/v1/accounts/alice/transactions/w', '{}', 'text/plain', 415, 'unsupported-media-type'],
      [
        'PUT',
        '/v1/accounts/alice/transactions/w',
        `"${'x'.repeat(200_000)}"`,
        'application/json',
        413,
        'body-too-large',
      ],
      [
        'PUT',
        '/v1/accounts/alice/transactions/w',
        '{"type":"deposit","amount":"-1"}',
        'application/json',
        400,
        'invalid-request',
      ],
      [
        'PUT',
        '/v1/accounts/nobody/transactions/w',
        '{"type":"deposit","amount":"1"}',
        'application/json',
        404,
        'account-not-found',
      ],
      ['GET', '/v1/accounts/nobody', undefined, '', 404, 'account-not-found'],
      ['GET', '/v1/nonsense', undefined, '', 404, 'not-found'],
      ['DELETE', '/v1/accounts/alice', undefined, '', 405, 'method-not-allowed'],
      ['GET', '/v1/transactions', undefined, '', 405, 'method-not-allowed'],
    ];
    for (const [method, path, body, contentType, status, name] of wrong) {
      const response = await fetch(ledger.gateway + path, {
        method,
        ...(body === undefined ? {} : { body, headers: { 'Content-Type': contentType } }),
      });
      const what = `${method} ${path} ${body?.slice(0, 40)}`;
      expect(response.status, what).to.equal(status);
      expect(response.headers.get('Content-Type'), what).to.match(/^application\/problem\+json/);
      expect(response.headers.get('X-Request-Id'), what).to.be.a('string');
      const problem = (await response.json()) as { type: string };
      expect(problem.type, what).to.equal(`/problems/${name}`);
      expect((await fetch(ledger.gateway + problem.type)).status, what).to.equal(200);
      if (status === 405) expect(response.headers.get('Allow'), what).to.be.a('string');
    }
  });

  it('keeps everything over a restart', async () => {
    const before = await get(`${alice}/balance?consistency=strong`);
    await ledger.stop();
    ledger = await startLedger({ LEDGER_DATA_DIR: ledger.dataDir });
    alice = `${ledger.gateway}/v1/accounts/alice`;
    expect((await get(`${alice}/balance?consistency=strong`)).body).to.deep.equal(before.body);
    expect((await get(`${alice}/balance`)).body).to.deep.equal(before.body);
  });
});
