import { createPool, type Pool } from '@ledger/shared/database/pool';
import { withTransaction } from '@ledger/shared/database/transaction';
import { createLog } from '@ledger/shared/log';
import { expect } from 'chai';
import type { PoolClient } from 'pg';
import { failure } from '../../../deploy/test/failure.fixture.ts';
import { testDatabase } from '../../../deploy/test/postgres.fixture.ts';
import { binaryArray } from './binary-array.ts';
import { binaryRows } from './binary-rows.ts';
import { copyIn } from './copy-in.ts';

const into = 'COPY lines (n, words) FROM STDIN (FORMAT binary)';

interface Line {
  readonly n: number;
  readonly words: string | null;
}

function* rowsOf(lines: Iterable<Line>): Generator<Buffer> {
  yield* binaryRows<Line>(2, lines, (fields, { n, words }) => {
    fields.bigint(n);
    fields.text(words);
  });
}

describe('a COPY', () => {
  let pool: Pool;
  let client: PoolClient;
  before(async () => {
    pool = createPool(await testDatabase(), { log: createLog('test', 'silent') });
    await pool.query('CREATE TABLE lines (n bigint PRIMARY KEY, words text CHECK (length(words) < 300000))');
  });
  beforeEach(async () => {
    await pool.query('TRUNCATE lines');
    client = await pool.connect();
  });
  afterEach(() => client.release());
  after(() => pool.end());

  const count = async () => (await client.query('SELECT count(*)::integer AS count FROM lines')).rows[0].count;

  it('takes in rows of any length over many chunks, and says how many', async () => {
    const lines = Array.from({ length: 1_000 }, (_, n) => ({
      n,
      words: n % 7 === 0 ? null : 'é'.repeat(n % 13 === 0 ? 90_000 : n),
    }));
    expect(await copyIn(client, into, rowsOf(lines))).to.equal(1_000);
    const { rows } = await client.query('SELECT n, words FROM lines ORDER BY n');
    expect(rows).to.deep.equal(lines.map((line) => ({ ...line, n: BigInt(line.n) })));
    expect(await copyIn(client, into, rowsOf([]))).to.equal(0);
  });

  it('that PostgreSQL refuses at its start, in the middle or at its end rejects, and the connection goes on', async () => {
    const long = { n: 1, words: 'x'.repeat(300_000) };
    const many = Array.from({ length: 5_000 }, (_, n) => ({ n: n + 2, words: 'y'.repeat(100) }));
    for (const [statement, lines, code] of [
      ['COPY nowhere FROM STDIN (FORMAT binary)', many, '42P01'],
      [into, [long, ...many], '23514'],
      [into, [...many, { n: 3, words: 'again' }], '23505'],
      [into, [...many, { n: 1, words: 'a\0b' }], '22021'],
    ] as const) {
      expect(await failure(copyIn(client, statement, rowsOf(lines)))).to.have.property('code', code);
      expect(await count()).to.equal(0);
    }
  });

  it('whose rows can’t be made rejects with the reason, and the connection goes on', async () => {
    function* broken() {
      yield* rowsOf([{ n: 1, words: 'one' }]);
      throw new RangeError('no more words');
    }
    expect(await failure(copyIn(client, into, broken()))).to.be.instanceOf(RangeError);
    expect(await count()).to.equal(0);
  });

  it('is part of a transaction', async () => {
    const undone = withTransaction(pool, async (tx) => {
      await copyIn(tx, into, rowsOf([{ n: 1, words: 'one' }]));
      throw new Error('undone');
    });
    expect(await failure(undone)).to.have.property('message', 'undone');
    expect(await count()).to.equal(0);
  });

  it('rejects where the connection is lost, or PostgreSQL does not answer in time', async () => {
    const other = await pool.connect();
    const { rows } = await other.query('SELECT pg_backend_pid() AS pid');
    await client.query('BEGIN; LOCK lines');
    await other.query('SET statement_timeout = 100');
    expect(await failure(copyIn(other, into, rowsOf([{ n: 1, words: 'one' }])))).to.have.property('code', '57014');
    await other.query('SET statement_timeout = 0');
    const lost = failure(copyIn(other, into, rowsOf([{ n: 1, words: 'one' }])));
    await client.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
    expect(await lost).to.be.instanceOf(Error);
    other.release(true);
    await client.query('ROLLBACK');
  });

  it('has arrays beside it in the same format', async () => {
    const words = ['', 'a,b', '"', '\\', 'NULL', null, '\u{1F4B6}'];
    const parameter = binaryArray<string | null>('text', words, (fields, word) => fields.text(word));
    const { rows } = await client.query('SELECT $1::text[] AS words', [parameter]);
    expect(rows).to.deep.equal([{ words }]);
  });
});
