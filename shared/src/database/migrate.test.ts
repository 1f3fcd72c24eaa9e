import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { failure } from '../../../deploy/test/failure.fixture.ts';
import { testDatabase } from '../../../deploy/test/postgres.fixture.ts';
import { createLog } from '../log.ts';
import { migrate, SchemaMismatchError } from './migrate.ts';
import { createPool, type Pool } from './pool.ts';

describe('migrate', () => {
  let pool: Pool;
  let folder: string;
  const url = () => pathToFileURL(`${folder}/`);

  beforeEach(async () => {
    pool = createPool(await testDatabase(), { log: createLog('test', 'silent') });
    folder = await mkdtemp(join(tmpdir(), 'ledger-migrations-'));
    await writeFile(join(folder, '0001-first.sql'), 'CREATE TABLE first (id int); INSERT INTO first VALUES (1);');
  });

  afterEach(async () => {
    await pool.end();
    await rm(folder, { recursive: true });
  });

  it('applies what is new, once, also when two processes start at the same time', async () => {
    const both = await Promise.all([migrate(pool, url()), migrate(pool, url())]);
    expect(both.flat()).to.deep.equal(['0001-first.sql']);
    await writeFile(join(folder, '0002-second.sql'), 'CREATE TABLE second (id int)');
    expect(await migrate(pool, url())).to.deep.equal(['0002-second.sql']);
    expect(await migrate(pool, url())).to.deep.equal([]);
    expect((await pool.query('SELECT count(*) FROM first')).rows).to.deep.equal([{ count: 1n }]);
  });

  it('leaves nothing of a migration that fails', async () => {
    await writeFile(join(folder, '0002-second.sql'), 'CREATE TABLE second (id int); SELECT 1/0;');
    expect(await failure(migrate(pool, url()))).to.have.property('code', '22012');
    const { rows } = await pool.query(`SELECT to_regclass('first') AS first, to_regclass('second') AS second`);
    expect(rows).to.deep.equal([{ first: null, second: null }]);
  });

  it('refuses a database that is newer than the code', async () => {
    await writeFile(join(folder, '0002-second.sql'), 'CREATE TABLE second (id int)');
    await migrate(pool, url());
    await rm(join(folder, '0002-second.sql'));
    const error = await failure(migrate(pool, url()));
    expect(error).to.be.instanceOf(SchemaMismatchError).with.property('message').that.includes('0002-second.sql');
  });

  it('refuses a gap in the numbers', async () => {
    await writeFile(join(folder, '0003-third.sql'), 'CREATE TABLE third (id int)');
    expect(await failure(migrate(pool, url())))
      .to.have.property('message')
      .that.includes('0003-third.sql');
  });
});
