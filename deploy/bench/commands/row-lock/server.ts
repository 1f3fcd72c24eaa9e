import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { databaseUrl, integer, port, readConfig } from '@ledger/shared/config';
import { reportListening } from '@ledger/shared/process/parent';
import { runService } from '@ledger/shared/process/service';
import pg from 'pg';
import { createRowLockApp } from './app.ts';

/** Connections to PostgreSQL: some more than there are CPUs, for those that wait for the disk or for a row. */
const poolSize = integer(1, 100).default(10);

await runService('row-lock', async () => {
  const config = readConfig(
    { DATABASE_URL: databaseUrl, ROW_LOCK_PORT: port.default(8090), ROW_LOCK_POOL: poolSize },
    process.env,
  );
  const pool = new pg.Pool({
    connectionString: config.DATABASE_URL,
    max: config.ROW_LOCK_POOL,
    // A connection is kept for ever: a new one costs PostgreSQL a process.
    idleTimeoutMillis: 0,
  });
  pool.on('error', (error) => console.error(error));
  // One in use tells its end to whoever waits for a statement, and as an event too.
  pool.on('connect', (client) => client.on('error', (error) => console.error(error)));
  const server = createServer({ keepAliveTimeout: 65_000 }, createRowLockApp(pool));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(config.ROW_LOCK_PORT, '127.0.0.1', resolve);
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
