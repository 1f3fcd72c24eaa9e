import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { originOf } from '../../../embedded/ledger-processes.ts';
import { untilReady } from '../../../embedded/readiness.ts';
import { startChild } from '../../child-process.ts';
import type { Contender, ContenderOptions } from './contender.ts';
import { startLedger } from './ledger.ts';
import { startPostgres } from './postgres.ts';
import { profiling } from './profiling.ts';
import { startTogether } from './started.ts';

const HOST = '127.0.0.1';
const PROJECTOR = new URL('../../../../../projector/dist/server.js', import.meta.url);
const QUERY_API = new URL('../../../../../query-api/dist/server.js', import.meta.url);
const GATEWAY = new URL('../../../embedded/gateway.js', import.meta.url);

const ASK_EVERY_MS = 100;
const PROJECTED_WITHIN_MS = 120_000;

/** All that `npm start` runs, asked through the gateway. */
export function startWholeLedger(options: ContenderOptions): Promise<Contender> {
  const { directory, progress } = options;
  return startTogether(async (started) => {
    const ledger = started.add(await startLedger(options, '-with-all'));
    const postgres = started.add(await startPostgres(join(directory, 'read-side'), progress));
    const production = { NODE_ENV: 'production', HOST };
    const readSide = { ...production, EVENTSTORE_URL: ledger.eventStoreUrl, DATABASE_URL: postgres.url };
    const projector = started.add(await startChild(PROJECTOR, { ...readSide, PROJECTOR_PORT: '0' }));
    const queryApi = started.add(await startChild(QUERY_API, { ...readSide, QUERY_API_PORT: '0' }));
    const gatewayEnv = {
      ...production,
      GATEWAY_PORT: '0',
      COMMAND_API_URL: originOf(HOST, ledger.port),
      QUERY_API_URL: originOf(HOST, queryApi.port),
      PROJECTOR_URL: originOf(HOST, projector.port),
    };
    const gateway = started.add(await startChild(GATEWAY, gatewayEnv, profiling(options, 'gateway')));
    await untilReady(originOf(HOST, gateway.port), progress);
    const settle = () => untilProjected(originOf(HOST, gateway.port));
    await settle();
    return {
      name: 'ledger',
      port: gateway.port,
      processes: [
        { name: 'gateway', pid: gateway.pid },
        ...ledger.processes,
        { name: 'projector', pid: projector.pid },
        { name: 'its PostgreSQL', pid: postgres.pid },
      ],
      settle,
      totals: ledger.totals,
      stop: started.stop,
    };
  });
}

/** The next to be measured has the CPUs for itself. @throws Error where the projector stops, or takes too long */
async function untilProjected(origin: string): Promise<void> {
  const deadline = performance.now() + PROJECTED_WITHIN_MS;
  for (;;) {
    const answer = await fetch(`${origin}/v1/status`);
    const status = await answer.text();
    if (status.includes('"state":"current"')) return;
    if (status.includes('"state":"stopped"') || performance.now() > deadline) {
      throw new Error(`the read model does not become current: ${status}`);
    }
    await delay(ASK_EVERY_MS);
  }
}
