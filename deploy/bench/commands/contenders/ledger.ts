import { join } from 'node:path';
import { connectEventStore } from '@ledger/shared/event-store/eventstoredb';
import type { Child } from '../../child-process.ts';
import * as services from '../../services.ts';
import { openLedgerAccounts } from '../ledger-accounts/open-accounts.ts';
import { readLedgerTotals } from '../ledger-accounts/read-totals.ts';
import type { Contender, ContenderOptions } from './contender.ts';
import { profiling } from './profiling.ts';
import { startTogether } from './started.ts';

export interface Ledger extends Contender {
  readonly eventStoreUrl: string;
}

/** A command-api that is ready, on an event store. */
export async function startCommandApi(
  eventStoreUrl: string,
  options: Pick<ContenderOptions, 'profileDirectory' | 'progress'>,
  suffix = '',
): Promise<Child> {
  const api = await services.startCommandApi(eventStoreUrl, profiling(options, `command-api${suffix}`));
  await services.untilChildReady(api, options.progress);
  return api;
}

/** The command side alone: the event store node, and command-api, which is asked at its own port. */
export function startLedger(options: ContenderOptions, suffix = ''): Promise<Ledger> {
  const { directory, accounts } = options;
  return startTogether(async (started) => {
    const node = started.add(
      await services.startEventStore(join(directory, 'eventstore'), profiling(options, `event-store${suffix}`)),
    );
    const api = started.add(await startCommandApi(node.url, options, suffix));
    await openLedgerAccounts(services.originOfChild(api), accounts);
    return {
      name: 'ledger',
      port: api.port,
      eventStoreUrl: node.url,
      processes: [
        { name: 'command-api', pid: api.pid },
        { name: 'event store', pid: node.pid },
      ],
      settle: async () => undefined,
      async totals() {
        const store = connectEventStore(node.url);
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
