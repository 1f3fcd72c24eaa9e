import { readConfig } from '@ledger/shared/config';
import { connectEventStore } from '@ledger/shared/event-store/eventstoredb';
import { createMetrics } from '@ledger/shared/http/metrics';
import { listen } from '@ledger/shared/http/server';
import { createLog } from '@ledger/shared/log';
import { reportListening } from '@ledger/shared/process/parent';
import { explainListenError, runService } from '@ledger/shared/process/service';
import { createApp } from './app.ts';
import { projectorConfig } from './config.ts';
import { projectionMetrics } from './pipeline/projection-metrics.ts';
import { startProjector } from './pipeline/projector.ts';

await runService('projector', async () => {
  const config = readConfig(projectorConfig, process.env);
  const log = createLog('projector', config.LOG_LEVEL);
  const store = connectEventStore(config.EVENTSTORE_URL);
  const metrics = createMetrics('projector');
  const projector = startProjector({
    databaseUrl: config.DATABASE_URL,
    store,
    log,
    metrics: projectionMetrics(metrics),
    batchEvents: config.PROJECTOR_BATCH_EVENTS,
    batchWaitMs: config.PROJECTOR_BATCH_WAIT_MS,
  });
  const { HOST, PROJECTOR_PORT, DRAIN_TIMEOUT_MS } = config;
  const server = await listen(createApp(log, metrics, projector.status), HOST, PROJECTOR_PORT).catch((error) => {
    throw explainListenError(error, 'PROJECTOR_PORT', PROJECTOR_PORT, HOST);
  });
  log.info({ host: HOST, port: server.port }, 'listening');
  reportListening(server.port);
  return {
    async stop() {
      await projector.stop();
      await server.close(DRAIN_TIMEOUT_MS);
      await store.dispose();
    },
  };
});
