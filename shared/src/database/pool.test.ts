import { expect } from 'chai';
import { failure } from '../../../deploy/test/failure.fixture.ts';
import { testDatabase } from '../../../deploy/test/postgres.fixture.ts';
import { createLog } from '../log.ts';
import { earliestInstant, formatInstant, latestInstant } from '../time.ts';
import { isRefusedData, isUnavailable } from './errors.ts';
import { createPool, type Pool } from './pool.ts';
import { withSnapshot, withTransaction } from './transaction.ts';

const log = createLog('test', 'silent');
describe('the PostgreSQL pool', () => {
  let pool: Pool;
  let url: string;

  before(async () => {
    url = await testDatabase();
    pool = createPool(url, { log, max: 2, connectTimeoutMs: 300, statementTimeoutMs: 300 });
    await pool.query('CREATE TABLE t (id int PRIMARY KEY)');
  });
  after(() => pool.end());

  it('reads int8 as bigint, numeric as text and timestamptz exactly, to the ends of the calendar', async () => {
    const instants = [
      earliestInstant,
      earliestInstant + 1,
      -1,
      0,
      1,
      Date.parse('0099-12-31T23:59:59.999Z'),
      latestInstant,
    ];
    const { rows } = await pool.query(
      'SELECT t, 9007199254740993 AS big, 1e30::numeric AS huge FROM unnest($1::timestamptz[]) t',
      [instants.map(formatInstant)],
    );
    expect(rows.map(({ t }) => t)).to.deep.equal(instants);
    expect(rows[0]).to.include({ big: 9007199254740993n, huge: `1${'0'.repeat(30)}` });
  });

  it('refuses a timestamp outside of the calendar', async () => {
    expect(await failure(pool.query(`SELECT 'infinity'::timestamptz`))).to.be.instanceOf(RangeError);
  });

  it('commits all or nothing', async () => {
    await withTransaction(pool, (tx) => tx.query('INSERT INTO t VALUES (1)'));
    const error = await failure(
      withTransaction(pool, async (tx) => {
        await tx.query('INSERT INTO t VALUES (2)');
        await tx.query('INSERT INTO t VALUES (1)');
      }),
    );
    expect(isRefusedData(error)).to.equal(true);
    expect(isUnavailable(error)).to.equal(false);
    expect((await pool.query('SELECT id FROM t')).rows).to.deep.equal([{ id: 1 }]);
  });

  it('does not take the commit of a failed transaction for a success', async () => {
    const error = await failure(
      withTransaction(pool, (tx) => tx.query('INSERT INTO t VALUES (1)').catch(() => 'swallowed')),
    );
    expect(error).to.be.instanceOf(Error).with.property('message').that.includes('rolled back');
  });

  it('reads one moment in a snapshot', async () => {
    const counts = await withSnapshot(pool, async (tx) => {
      const before = await tx.query('SELECT count(*) FROM t');
      await pool.query('INSERT INTO t VALUES (10)');
      return [before, await tx.query('SELECT count(*) FROM t')].map(({ rows }) => rows[0]?.count);
    });
    expect(counts[0]).to.equal(counts[1]);
  });

  it('tells what is unavailable: nobody listening, a statement over its time, a pool that is used up', async () => {
    const nobody = createPool('postgres://x@127.0.0.1:1/x', { log });
    expect(isUnavailable(await failure(nobody.query('SELECT 1')))).to.equal(true);
    await nobody.end();
    expect(isUnavailable(await failure(pool.query('SELECT pg_sleep(5)')))).to.equal(true);
    const held = [await pool.connect(), await pool.connect()];
    expect(isUnavailable(await failure(pool.query('SELECT 1')))).to.equal(true);
    for (const client of held) client.release();
    expect(isUnavailable(await failure(pool.query('SELEC')))).to.equal(false);
  });

  it('counts a user or a database that the server does not let in as unavailable', async () => {
    for (const [part, stranger] of [
      ['username', 'nobody_of_this_name'],
      ['pathname', '/none_of_this_name'],
    ] as const) {
      const other = new URL(url);
      other[part] = stranger;
      const refused = createPool(other.href, { log });
      expect(isUnavailable(await failure(refused.query('SELECT 1')))).to.equal(true);
      await refused.end();
    }
  });

  it('lives on when its connections are ended', async () => {
    const lost = withTransaction(pool, (tx) => tx.query('SELECT pg_terminate_backend(pg_backend_pid())'));
    expect(isUnavailable(await failure(lost))).to.equal(true);
    expect((await pool.query('SELECT 1 AS one')).rows).to.deep.equal([{ one: 1 }]);
  });
});
