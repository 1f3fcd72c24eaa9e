import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import pg from 'pg';
import { testDatabase } from '../../../test/postgres.fixture.ts';
import { accountId, FUNDS_MINOR } from '../commands.ts';
import { openAccounts, readTotals } from './accounts.ts';
import { createRowLockApp } from './app.ts';

const ACCOUNTS = 6;

describe('the row-lock service', () => {
  let pool: pg.Pool;
  let server: Server;

  before(async () => {
    const connectionString = await testDatabase();
    pool = new pg.Pool({ connectionString, max: 10 });
    const database = await pool.connect();
    await openAccounts(database, ACCOUNTS);
    database.release();
    server = createRowLockApp(pool).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  after(async () => {
    server.closeAllConnections();
    server.close();
    await pool.end();
  });

  async function put(account: number, transactionId: string, body: unknown) {
    const { port } = server.address() as AddressInfo;
    const path = `/v1/accounts/${accountId(account)}/transactions/${transactionId}`;
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    return { status: response.status, replayed: response.headers.get('Idempotent-Replayed'), answer };
  }

  async function totalsOf(account: number) {
    const database = await pool.connect();
    const totals = await readTotals(database, ACCOUNTS);
    database.release();
    return totals[account];
  }

  const deposit = (amount: string) => ({ type: 'deposit', amount });
  const withdrawal = (amount: string) => ({ type: 'withdrawal', amount });

  it('moves money, and answers the balance', async () => {
    const first = await put(0, 't-1', deposit('100.50'));
    expect(first.status).to.equal(201);
    expect(first.answer['balance']).to.equal('1000100.50');
    expect((await put(0, 't-2', withdrawal('0.75'))).answer['balance']).to.equal('1000099.75');
    expect(await totalsOf(0)).to.deep.equal({ balanceMinor: BigInt(FUNDS_MINOR) + 9_975n, transactions: 3 });
  });

  it('takes a transaction once, also where it comes 20 times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => put(1, 'again', deposit('1.00'))));
    expect(answers.filter(({ status }) => status === 201)).to.have.length(1);
    const replays = answers.filter(({ status, replayed }) => status === 200 && replayed === 'true');
    expect(replays).to.have.length(19);
    expect(replays[0]?.answer).to.include({ transactionId: 'again', type: 'deposit', amount: '1.00' });
    expect(await totalsOf(1)).to.deep.equal({ balanceMinor: BigInt(FUNDS_MINOR) + 100n, transactions: 2 });
    expect((await put(1, 'again', deposit('1.0'))).status).to.equal(200);
    expect((await put(1, 'again', deposit('1.01'))).status).to.equal(409);
  });

  it('refuses what is too much, and leaves its id free', async () => {
    const tooMuch = await put(2, 'large', withdrawal('1000000.01'));
    expect(tooMuch.status).to.equal(402);
    expect(tooMuch.answer['balance']).to.equal('1000000.00');
    expect(await totalsOf(2)).to.deep.equal({ balanceMinor: BigInt(FUNDS_MINOR), transactions: 1 });
    expect((await put(2, 'large', withdrawal('1000000.00'))).status).to.equal(201);
    expect((await totalsOf(2))?.balanceMinor).to.equal(0n);
  });

  it('never overdraws under 50 requests at once', async () => {
    const requests = Array.from({ length: 50 }, (_, i) => put(3, `w-${i}`, withdrawal('300000.00')));
    const statuses = (await Promise.all(requests)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).to.have.length(3);
    expect(statuses.filter((status) => status === 402)).to.have.length(47);
    expect(await totalsOf(3)).to.deep.equal({ balanceMinor: 100_000_00n, transactions: 4 });
  });

  it('loses none of 50 deposits at once', async () => {
    const requests = Array.from({ length: 50 }, (_, i) => put(4, `d-${i}`, deposit('1.00')));
    expect((await Promise.all(requests)).every(({ status }) => status === 201)).to.equal(true);
    expect(await totalsOf(4)).to.deep.equal({ balanceMinor: BigInt(FUNDS_MINOR) + 5_000n, transactions: 51 });
  });

  it('refuses what it can not read, and accounts that there are not', async () => {
    const unreadable = [deposit('1.001'), deposit('0.00'), deposit('-1'), { amount: '1' }, { ...deposit('1'), x: 1 }];
    for (const body of unreadable) expect((await put(5, 'bad', body)).status, JSON.stringify(body)).to.equal(400);
    expect((await put(ACCOUNTS, 'nobody', deposit('1.00'))).status).to.equal(404);
    expect(await totalsOf(5)).to.deep.equal({ balanceMinor: BigInt(FUNDS_MINOR), transactions: 1 });
  });
});
