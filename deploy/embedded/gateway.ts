import { httpUrl, readConfig } from '@ledger/shared/config';
import { createMetrics } from '@ledger/shared/http/metrics';
import { listen } from '@ledger/shared/http/server';
import { createLog } from '@ledger/shared/log';
import { reportListening } from '@ledger/shared/process/parent';
import { explainListenError, runService, type Service } from '@ledger/shared/process/service';
import { commonVariables, variables } from '@ledger/shared/variables';
import { createGatewayApp } from './gateway/app.ts';
import { createUpstream } from './gateway/upstream.ts';

const gatewayConfig = {
  ...commonVariables,
  GATEWAY_PORT: variables.GATEWAY_PORT,
  COMMAND_API_URL: httpUrl.default('http://127.0.0.1:8081'),
  QUERY_API_URL: httpUrl.default('http://127.0.0.1:8082'),
  PROJECTOR_URL: httpUrl.default('http://127.0.0.1:8083'),
};

async function start(): Promise<Service> {
  const config = readConfig(gatewayConfig, process.env);
  const log = createLog('gateway', config.LOG_LEVEL);
  const upstreams = {
    'command-api': createUpstream('command-api', config.COMMAND_API_URL),
    'query-api': createUpstream('query-api', config.QUERY_API_URL),
    projector: createUpstream('projector', config.PROJECTOR_URL),
  };
  const app = createGatewayApp({ log, metrics: createMetrics('gateway'), upstreams });
  const server = await listen(app, config.HOST, config.GATEWAY_PORT).catch((error: unknown) => {
    throw explainListenError(error, 'GATEWAY_PORT', config.GATEWAY_PORT, config.HOST);
  });
  log.info({ port: server.port }, 'listening');
  reportListening(server.port);
  return {
    async stop() {
      await server.close(config.DRAIN_TIMEOUT_MS);
      await Promise.all(Object.values(upstreams).map((upstream) => upstream.close()));
    },
  };
}

await runService('gateway', start);
