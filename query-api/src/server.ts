import { readConfig } from '@ledger/shared/config';
import { closeInTime } from '@ledger/shared/database/pool';
import { connectEventStore } from '@ledger/shared/event-store/eventstoredb';
import { createMetrics } from '@ledger/shared/http/metrics';
import { listen } from '@ledger/shared/http/server';
import { createLog } from '@ledger/shared/log';
import { reportListening } from '@ledger/shared/process/parent';
import { explainListenError, runService } from '@ledger/shared/process/service';
import { createApp } from './app.ts';
import { queryApiConfig } from './config.ts';
import { createReadPool } from './read-pool.ts';
import { readLimits } from './read-side.ts';

/** A query that takes longer is better answered with 503 than waited for. */
const statementTimeoutMs = 5_000;

await runService('query-api', async () => {
  const config = readConfig(queryApiConfig, process.env);
  const log = createLog('query-api', config.LOG_LEVEL);
  const pool = createReadPool(config.DATABASE_URL, { log, statementTimeoutMs });
  const store = connectEventStore(config.EVENTSTORE_URL);
  const app = createApp({ side: { pool, store, ...readLimits }, log, metrics: createMetrics('query-api') });
  const { HOST, QUERY_API_PORT, DRAIN_TIMEOUT_MS } = config;
  const server = await listen(app, HOST, QUERY_API_PORT).catch((error) => {
    throw explainListenError(error, 'QUERY_API_PORT', QUERY_API_PORT, HOST);
  });
  log.info({ host: HOST, port: server.port }, 'listening');
  reportListening(server.port);
  return {
    async stop() {
      await server.close(DRAIN_TIMEOUT_MS);
      await store.dispose();
      await closeInTime(pool);
    },
  };
});
