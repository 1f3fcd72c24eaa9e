import { expect } from 'chai';
import { testDatabase } from '../postgres.fixture.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.fixture.ts';
import { until } from '../until.fixture.ts';
import { deposit, get, put, withdrawal } from './http.fixture.ts';
import { startLedger, type TestLedger } from './ledger.fixture.ts';

describe('a ledger whose read side is away', function () {
  this.timeout(180_000);
  let ledger: TestLedger;
  let postgres: TcpProxy;
  let alice: string;

  before(async () => {
    const database = new URL(await testDatabase());
    postgres = await startTcpProxy(Number(database.port));
    database.port = String(postgres.port);
    ledger = await startLedger({ DATABASE_URL: database.href });
    alice = `${ledger.gateway}/v1/accounts/alice`;
    await put(alice, { name: 'Alice' });
    await put(`${alice}/transactions/t-1`, deposit('100.00', { effectiveAt: '2026-05-05' }));
    await projected('100.00');
  });
  after(async () => {
    await ledger.stop();
    await postgres.stop();
  });

  const projected = (balance: string) =>
    until(
      `the read model shows ${balance}`,
      async () => (await get(`${alice}/balance`)).body['balance'] === balance,
      60_000,
    );

  it('goes on with commands and strong balances while PostgreSQL is away, and catches up by itself', async () => {
    postgres.cut();
    const paidIn = await put(`${alice}/transactions/t-2`, deposit('11.00'));
    expect(paidIn.status).to.equal(201);
    const strong = await get(`${alice}/balance?consistency=strong`);
    expect(strong.body).to.include({ balance: '111.00', revision: paidIn.body['revision'] });
    const today = await get(`${alice}/balance?consistency=strong&at=${paidIn.body['effectiveAt']}`);
    expect(today.body).to.include({ balance: '111.00' });
    for (const path of [
      '/balance',
      '/balance?at=2026-05-05&consistency=strong',
      '/transactions',
      '',
      '/transactions/t-1',
    ]) {
      const reply = await get(alice + path);
      expect(reply.status, path).to.equal(503);
      expect(reply.body['type'], path).to.equal('/problems/read-model-unavailable');
      expect(reply.headers.get('Retry-After'), path).to.match(/^\d+$/);
    }
    postgres.mend();
    await projected('111.00');
  });

  it('answers strong reads exactly while the projector stands still, now and at a date', async () => {
    ledger.signal('projector', 'SIGSTOP');
    await put(`${alice}/transactions/t-3`, deposit('5.00', { effectiveAt: '2026-06-01' }));
    await put(`${alice}/transactions/t-4`, withdrawal('1.00'));
    const strong = async (query: string) => (await get(`${alice}/balance?consistency=strong${query}`)).body['balance'];
    expect(await strong('')).to.equal('115.00');
    expect(await strong('&at=2026-05-31')).to.equal('100.00');
    expect(await strong('&at=2026-06-01')).to.equal('105.00');
    expect((await get(`${alice}/balance`)).body['balance']).to.equal('111.00');
    ledger.signal('projector', 'SIGCONT');
    await projected('115.00');
  });
});
