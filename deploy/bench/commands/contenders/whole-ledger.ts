import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as services from '../../services.ts';
import type { Contender, ContenderOptions } from './contender.ts';
import { startLedger } from './ledger.ts';
import { startPostgres } from './postgres.ts';
import { profiling } from './profiling.ts';
import { startTogether } from './started.ts';

const ASK_EVERY_MS = 100;
const PROJECTED_WITHIN_MS = 120_000;

export interface WholeLedger extends Contender {
  /** Where the services are asked without the gateway. */
  readonly commandApiPort: number;
  readonly queryApiPort: number;
}

/** All that `npm start` runs, asked through the gateway. */
export function startWholeLedger(options: ContenderOptions): Promise<WholeLedger> {
  const { directory, progress } = options;
  return startTogether(async (started) => {
    const ledger = started.add(await startLedger(options, '-with-all'));
    const postgres = started.add(await startPostgres(join(directory, 'read-side'), progress));
    const urls = { eventStoreUrl: ledger.eventStoreUrl, databaseUrl: postgres.url };
    const projector = started.add(await services.startProjector(urls, profiling(options, 'projector')));
    const queryApi = started.add(await services.startQueryApi(urls, profiling(options, 'query-api')));
    const parts = { commandApi: ledger, projector, queryApi };
    const gateway = started.add(await services.startGateway(parts, profiling(options, 'gateway')));
    await services.untilChildReady(gateway, progress);
    const settle = () => untilProjected(services.originOfChild(gateway));
    await settle();
    return {
      name: 'ledger',
      port: gateway.port,
      commandApiPort: ledger.port,
      queryApiPort: queryApi.port,
      processes: [
        { name: 'gateway', pid: gateway.pid },
        ...ledger.processes,
        { name: 'projector', pid: projector.pid },
        { name: 'query-api', pid: queryApi.pid },
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
