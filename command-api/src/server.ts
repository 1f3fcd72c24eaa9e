import { hostname } from 'node:os';
import { readConfig } from '@ledger/shared/config';
import { connectEventStore } from '@ledger/shared/event-store/eventstoredb';
import { createMetrics } from '@ledger/shared/http/metrics';
import { listen } from '@ledger/shared/http/server';
import { createLog } from '@ledger/shared/log';
import { reportListening } from '@ledger/shared/process/parent';
import { explainListenError, runService } from '@ledger/shared/process/service';
import { createCommandApi } from './app.ts';
import { commandApiConfig } from './config.ts';
import { createStoreClock } from './handling/store-clock.ts';
import { machineTimers } from './handling/timers.ts';

/** How long a read of an account may go without an event: well within a command's deadline. */
const readTimeoutMs = 3_000;

await runService('command-api', async () => {
  const config = readConfig(commandApiConfig, process.env);
  const log = createLog('command-api', config.LOG_LEVEL);
  const store = connectEventStore(config.EVENTSTORE_URL, { readTimeoutMs });
  const clock = createStoreClock(
    store,
    machineTimers,
    `clock-${hostname()}-${config.COMMAND_API_PORT || process.pid}`,
    log,
  );
  const { app, queues, pageWriter } = createCommandApi({
    store,
    clock,
    log,
    metrics: createMetrics('command-api'),
    defaultCurrency: config.DEFAULT_CURRENCY,
    commandDeadlineMs: config.COMMAND_DEADLINE_MS,
    accountCacheBytes: config.ACCOUNT_CACHE_MB * 1024 * 1024,
  });
  const server = await listen(app, config.HOST, config.COMMAND_API_PORT).catch((error: unknown) => {
    throw explainListenError(error, 'COMMAND_API_PORT', config.COMMAND_API_PORT, config.HOST);
  });
  clock.start();
  reportListening(server.port);
  log.info({ host: config.HOST, port: server.port }, 'listening');

  return {
    async stop() {
      log.info('stopping');
      await server.close(config.DRAIN_TIMEOUT_MS);
      clock.stop();
      pageWriter.stop();
      await Promise.race([
        queues.idle(),
        new Promise((resolve) => setTimeout(resolve, config.DRAIN_TIMEOUT_MS).unref()),
      ]);
      await store.dispose();
    },
  };
});
