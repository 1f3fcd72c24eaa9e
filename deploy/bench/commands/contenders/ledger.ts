import { join } from 'node:path';
import { connectEventStore } from '@ledger/shared/event-store/eventstoredb';
import { originOf } from '../../../embedded/ledger-processes.ts';
import { untilReady } from '../../../embedded/readiness.ts';
import { startChild } from '../../child-process.ts';
import { openLedgerAccounts } from '../ledger-accounts/open-accounts.ts';
import { readLedgerTotals } from '../ledger-accounts/read-totals.ts';
import type { Contender, ContenderOptions } from './contender.ts';
import { profiling } from './profiling.ts';
import { startTogether } from './started.ts';

const HOST = '127.0.0.1';
const NODE = new URL('../../../embedded/event-store/server.js', import.meta.url);
const COMMAND_API = new URL('../../../../../command-api/dist/server.js', import.meta.url);

export interface Ledger extends Contender {
  readonly eventStoreUrl: string;
}

/** The command side alone: the event store node, and command-api, which is asked at its own port. */
export function startLedger(options: ContenderOptions, suffix = ''): Promise<Ledger> {
  const { directory, accounts, progress } = options;
  return startTogether(async (started) => {
    const production = { NODE_ENV: 'production', HOST };
    const storeEnv = { ...production, EVENTSTORE_DIR: join(directory, 'eventstore'), EVENTSTORE_PORT: '0' };
    const node = started.add(await startChild(NODE, storeEnv, profiling(options, `event-store${suffix}`)));
    const eventStoreUrl = `esdb://${HOST}:${node.port}?tls=false`;
    const apiEnv = { ...production, EVENTSTORE_URL: eventStoreUrl, COMMAND_API_PORT: '0' };
    const api = started.add(await startChild(COMMAND_API, apiEnv, profiling(options, `command-api${suffix}`)));
    await untilReady(originOf(HOST, api.port), progress);
    await openLedgerAccounts(originOf(HOST, api.port), accounts);
    return {
      name: 'ledger',
      port: api.port,
      eventStoreUrl,
      processes: [
        { name: 'command-api', pid: api.pid },
        { name: 'event store', pid: node.pid },
      ],
      settle: async () => undefined,
      async totals() {
        const store = connectEventStore(eventStoreUrl);
        try {
          return await readLedgerTotals(store, accounts);
        } finally {
          await store.dispose();
        }
      },
      stop: started.stop,
    };
  });
}
