import { readFile, writeFile } from 'node:fs/promises';
import { migrate } from '@ledger/shared/database/migrate';
import { createPool } from '@ledger/shared/database/pool';
import { createLog } from '@ledger/shared/log';
import { expect } from 'chai';
import { testDatabase } from '../../deploy/test/postgres.fixture.ts';
import { listSchema } from './schema-listing.fixture.ts';

const checkedIn = new URL('../schema.txt', import.meta.url);

describe('the schema', () => {
  /** `npm run schema` writes it anew. */
  it('that the migrations make is the one in schema.txt', async () => {
    const pool = createPool(await testDatabase(), { log: createLog('test', 'silent') });
    try {
      await migrate(pool, new URL('../migrations/', import.meta.url));
      const schema = await listSchema(pool);
      if (process.env['WRITE_SCHEMA']) await writeFile(checkedIn, schema);
      expect(schema).to.equal(await readFile(checkedIn, 'utf8'));
    } finally {
      await pool.end();
    }
  });
});
