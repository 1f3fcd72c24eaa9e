import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import { accountHistory, appendHistory } from '../../../deploy/test/account-history.fixture.ts';
import { writeLongHistory } from '../../../deploy/test/long-history-rows.fixture.ts';
import { type ReadModel, startReadModel } from '../../../deploy/test/read-model.fixture.ts';
import { until } from '../../../deploy/test/until.fixture.ts';
import { readCsv } from './read-csv.fixture.ts';

const opened = Date.parse('2026-01-01T00:00:00Z');
const day = 86_400_000;
const lines = 5_000;
/** Of each of them: all together are more than what sockets hold. */
const descriptionLength = 3_000;
const long = '/v1/accounts/long/transactions.csv';

describe('a statement as CSV', function () {
  this.timeout(20_000);
  let model: ReadModel;
  /** Nodes and outcomes that were read. */
  let reads = 0;
  let failAt = Number.POSITIVE_INFINITY;

  before(async () => {
    model = await startReadModel();
    model.readPool.on('connect', (client) => {
      const query = client.query as (...args: unknown[]) => unknown;
      Object.assign(client, {
        query(config: { name?: string }, ...rest: unknown[]) {
          if (config.name === 'outcomes' && ++reads === failAt) {
            return query.call(client, { ...config, name: undefined, text: 'SELECT 1 / 0' }, ...rest);
          }
          return query.call(client, config, ...rest);
        },
      });
    });
    const history = accountHistory('alice', opened);
    history.transact(10_000n, opened + day, opened + day, 't-1');
    history.transact(-50_000n, opened + 2 * day, opened + 2 * day, 't-2');
    history.transact(-2_550n, opened + 3 * day, opened + 3 * day, 't-3');
    await appendHistory(model.store, history);
    await model.project();
    await writeLongHistory(model.pool, 'long', lines, 10);
    await model.pool.query(`UPDATE transactions SET description = repeat('x', $1) WHERE account_id = 'long'`, [
      descriptionLength,
    ]);
  });
  after(() => model.stop());
  beforeEach(() => {
    reads = 0;
    failAt = Number.POSITIVE_INFINITY;
  });

  const describeFirst = (description: string) =>
    model.pool.query(`UPDATE transactions SET description = $1 WHERE account_id = 'alice' AND transaction_id = 't-1'`, [
      description,
    ]);

  it('is RFC 4180, with the columns named and the balances at both ends', async () => {
    const response = await model.fetch(
      '/v1/accounts/alice/transactions.csv?from=2026-01-02&types=Deposited,WithdrawalRefused',
    );
    expect(response.headers.get('content-type')).to.equal('text/csv; charset=utf-8; header=present');
    expect((await response.text()).split('\r\n')).to.deep.equal([
      'line,accountId,transactionId,outcome,effectiveAt,recordedAt,revision,currency,amount,change,runningBalance,balance,description,metadata,reason,shortfall,firstNegativeAt',
      'opening-balance,alice,,,2026-01-02T00:00:00.000Z,,3,EUR,,,0.00,,,,,,',
      'deposit,alice,t-1,accepted,2026-01-02T00:00:00.000Z,2026-01-02T00:00:00.000Z,1,EUR,100.00,100.00,100.00,100.00,no. 1,"{""n"":""1""}",,,',
      'withdrawal,alice,t-2,refused,2026-01-03T00:00:00.000Z,2026-01-03T00:00:00.000Z,2,EUR,500.00,0.00,100.00,100.00,no. 2,"{""n"":""2""}",insufficient-funds,400.00,',
      'closing-balance,alice,,,,,3,EUR,,,74.50,,,,,,',
      '',
    ]);
  });

  it('holds any text, and none that a spreadsheet would take for a formula', async () => {
    for (const [text, shown] of [
      ['a, "b"\r\nc\nd\re', 'a, "b"\r\nc\nd\re'],
      ['漢字 🎈 ünï', '漢字 🎈 ünï'],
      ['=HYPERLINK("http://x","y")', `'=HYPERLINK("http://x","y")`],
      ['+1', `'+1`],
      ['-1', `'-1`],
      ['@SUM(A1)', `'@SUM(A1)`],
      ['\t=1', `'\t=1`],
      [`'quoted'`, `''quoted'`],
      ['1=1', '1=1'],
      ['', ''],
    ] as const) {
      await describeFirst(text);
      const response = await model.fetch('/v1/accounts/alice/transactions.csv');
      expect(readCsv(await response.text())[1]?.['description']).to.equal(shown);
    }
  });

  it('is chosen by Accept, with its q-values', async () => {
    for (const [accept, type] of [
      ['text/csv', 'text/csv'],
      ['text/csv;q=0.9, application/json;q=0.8', 'text/csv'],
      ['text/csv;q=0.1, application/*', 'application/json'],
      ['text/*', 'text/csv'],
      ['*/*', 'application/json'],
      ['text/csv;q=0, */*', 'application/json'],
      ['text/html, text/csv', 'text/csv'],
    ] as const) {
      const response = await model.fetch('/v1/accounts/alice/transactions', { headers: { accept } });
      expect(response.headers.get('content-type'), accept).to.match(new RegExp(`^${type};`));
      expect(response.headers.get('vary'), accept).to.equal('Accept');
      await response.text();
    }
    const none = await model.get('/v1/accounts/alice/transactions', { headers: { accept: 'image/png' } });
    expect([none.status, none.body['type']]).to.deep.equal([406, '/problems/not-acceptable']);
    expect(none.headers.get('vary')).to.equal('Accept');
    const csv = await model.fetch('/v1/accounts/alice/transactions.csv', { headers: { accept: 'image/png' } });
    expect(csv.status).to.equal(200);
    await csv.text();
  });

  it('has no pages, and says what is wrong as a problem', async () => {
    for (const [path, field] of [
      ['/v1/accounts/alice/transactions.csv?limit=1', 'limit'],
      ['/v1/accounts/alice/transactions.csv?cursor=x', 'cursor'],
      ['/v1/accounts/alice/transactions.csv?types=All', 'types'],
    ]) {
      const { status, body } = await model.get(path ?? '');
      expect([status, (body['errors'] as { field: string }[])[0]?.field]).to.deep.equal([400, field]);
    }
    const limited = { headers: { accept: 'text/csv' } };
    expect((await model.get('/v1/accounts/alice/transactions?limit=1', limited)).status).to.equal(400);
    expect((await model.get('/v1/accounts/nobody/transactions.csv')).status).to.equal(404);
  });

  it('answers HEAD without reading the lines', async () => {
    const { status, headers, body } = await model.get(long, { method: 'HEAD' });
    expect({ status, body }).to.deep.equal({ status: 200, body: {} });
    expect(headers.get('content-type')).to.include('text/csv');
    expect(reads).to.equal(0);
  });

  it('has every line of a long account, whose balances add up', async () => {
    const rows = readCsv(await (await model.fetch(long)).text());
    expect(rows).to.have.length(lines + 2);
    let balance = 0n;
    for (const row of rows.slice(1, -1)) {
      balance += BigInt(row['change']?.replace('.', '') ?? '');
      expect(row['runningBalance']?.replace('.', '').replace(/^0+/, '')).to.equal(String(balance));
    }
    expect(rows.at(-1)).to.include({ line: 'closing-balance', runningBalance: rows.at(-2)?.['runningBalance'] });
  });

  it('has every refusal, however many there are', async () => {
    const refusals = 2_500;
    const history = accountHistory('refused', opened);
    for (let n = 0; n < refusals; n++) history.transact(-1n, opened + (n % 7) * day, opened + 7 * day);
    await appendHistory(model.store, history);
    await model.project();
    for (const order of ['asc', 'desc']) {
      const path = `/v1/accounts/refused/transactions.csv?types=WithdrawalRefused&order=${order}`;
      const rows = readCsv(await (await model.fetch(path)).text()).slice(1, -1);
      const keys = rows.map(({ effectiveAt, revision }) => `${effectiveAt} ${revision?.padStart(5, '0')}`);
      expect([keys.length, new Set(keys).size]).to.deep.equal([refusals, refusals]);
      expect(keys).to.deep.equal(order === 'asc' ? keys.toSorted() : keys.toSorted().reverse());
    }
  });

  /** A client that does not read what it is sent. */
  async function slowReader() {
    const { port } = new URL(model.url);
    const socket = connect({ port: Number(port), host: '127.0.0.1' }).pause();
    await once(socket, 'connect');
    socket.write(`GET ${long} HTTP/1.1\r\nHost: ledger\r\n\r\n`);
    return socket;
  }

  /** The number of reads once there are no more of them. */
  async function settledReads(): Promise<number> {
    let before = -1;
    let since = performance.now();
    return until('no more is read', () => {
      if (reads !== before) since = performance.now();
      before = reads;
      return reads > 0 && performance.now() - since > 300 ? reads : undefined;
    });
  }

  it('is read no faster than the client takes it, holding no connection to PostgreSQL', async () => {
    const socket = await slowReader();
    const read = await settledReads();
    expect(read).to.be.below(lines / 256);
    expect(model.readPool.idleCount).to.equal(model.readPool.totalCount);
    socket.resume();
    let end = '';
    socket.on('data', (bytes) => {
      end = (end + bytes).slice(-200);
    });
    await until('the whole of it has come', () => end.endsWith('\r\n0\r\n\r\n'));
    expect(end).to.include('closing-balance');
    expect(reads).to.be.above(read);
    socket.destroy();
  });

  it('is not read on for a client that has hung up', async () => {
    const socket = await slowReader();
    const read = await settledReads();
    socket.destroy();
    expect(await settledReads()).to.be.at.most(read + 1);
  });

  it('is cut off where reading fails, so that nobody takes it for whole', async () => {
    failAt = 15;
    const response = await model.fetch(long);
    expect(response.status).to.equal(200);
    const error = await response.text().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(TypeError);
  });
});
