import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { databaseUrl, integer, port, readConfig } from '@ledger/shared/config';
import { reportListening } from '@ledger/shared/process/parent';
import { runService } from '@ledger/shared/process/service';
import pg from 'pg';
import { createSummingApp } from './app.ts';

/** Connections to PostgreSQL: as many as the query API has. */
const poolSize = integer(1, 100).default(10);

await runService('summing', async () => {
  const config = readConfig({ DATABASE_URL: databaseUrl, SUMMING_PORT: port, SUMMING_POOL: poolSize }, process.env);
  const pool = new pg.Pool({ connectionString: config.DATABASE_URL, max: config.SUMMING_POOL, idleTimeoutMillis: 0 });
  pool.on('error', (error) => console.error(error));
  const server = createServer({ keepAliveTimeout: 65_000 }, createSummingApp(pool));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(config.SUMMING_PORT, '127.0.0.1', resolve);
  });
  reportListening((server.address() as AddressInfo).port);
  return {
    async stop() {
      server.close();
      server.closeAllConnections();
      await pool.end();
    },
  };
});
