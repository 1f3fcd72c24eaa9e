import { join } from 'node:path';
import { connectEventStore } from '@ledger/shared/event-store/eventstoredb';
import { originOf } from '../../../embedded/ledger-processes.ts';
import { untilReady } from '../../../embedded/readiness.ts';
import { type Child, startChild } from '../../child-process.ts';
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

/** A command-api that is ready, on an event store. */
export async function startCommandApi(
  eventStoreUrl: string,
  options: Pick<ContenderOptions, 'profileDirectory' | 'progress'>,
  suffix = '',
): Promise<Child> {
  const env = { NODE_ENV: 'production', HOST, EVENTSTORE_URL: eventStoreUrl, COMMAND_API_PORT: '0' };
  const api = await startChild(COMMAND_API, env, profiling(options, `command-api${suffix}`));
  await untilReady(originOf(HOST, api.port), options.progress);
  return api;
}

/** The command side alone: the event store node, and command-api, which is asked at its own port. */
export function startLedger(options: ContenderOptions, suffix = ''): Promise<Ledger> {
  const { directory, accounts } = options;
  return startTogether(async (started) => {
    const eventStoreDirectory = join(directory, 'eventstore');
    const storeEnv = { NODE_ENV: 'production', HOST, EVENTSTORE_DIR: eventStoreDirectory, EVENTSTORE_PORT: '0' };
    const node = started.add(await startChild(NODE, storeEnv, profiling(options, `event-store${suffix}`)));
    const eventStoreUrl = `esdb://${HOST}:${node.port}?tls=false`;
    const api = started.add(await startCommandApi(eventStoreUrl, options, suffix));
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
