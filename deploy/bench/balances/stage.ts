import { join } from 'node:path';
import { connectEventStore } from '@ledger/shared/event-store/eventstoredb';
import { type RunningPostgres, startPostgres } from '../commands/contenders/postgres.ts';
import { profiling } from '../commands/contenders/profiling.ts';
import type { Started } from '../commands/contenders/started.ts';
import { createDatabase, withDatabase } from '../databases.ts';
import { writeEvents } from '../histories/write-events.ts';
import type { ReadService } from '../load/measure-reads.ts';
import { newestPosition, untilProjected } from '../projection/projected.ts';
import { expectVersionsMade } from '../projection/versions.ts';
import {
  type ReadSideUrls,
  type RunningEventStore,
  startEventStore,
  startProjector,
  startQueryApi,
  untilChildReady,
} from '../services.ts';
import { figure } from '../table.ts';
import { allEvents, type BenchAccount, benchAccounts } from './accounts.ts';
import type { Plan } from './plan.ts';

/** A ledger's read side that holds the accounts. */
export interface Stage {
  readonly plan: Plan;
  readonly accounts: readonly BenchAccount[];
  readonly node: RunningEventStore;
  readonly postgres: RunningPostgres;
  readonly urls: ReadSideUrls;
  readonly queryApi: ReadService;
  readonly progress: (line: string) => void;
}

interface StageOptions {
  readonly plan: Plan;
  /** An empty one. */
  readonly directory: string;
  readonly progress: (line: string) => void;
}

/** Everything is projected, and all versions of the dated histories are made. The projector has ended. */
export async function prepareStage({ plan, directory, progress }: StageOptions, started: Started): Promise<Stage> {
  const accounts = benchAccounts(plan);
  const store = join(directory, 'eventstore');
  progress('writing events');
  const events = await writeEvents(store, allEvents(accounts, plan));
  const node = started.add(await startEventStore(store));
  const postgres = started.add(await startPostgres(join(directory, 'postgres'), progress));
  const urls = { eventStoreUrl: node.url, databaseUrl: await createDatabase(postgres.url, 'balances') };
  progress(`projecting ${figure(events)} events`);
  await projectAll(urls);
  const queryApi = started.add(await startQueryApi(urls, profiling(plan, 'query-api')));
  await untilChildReady(queryApi, progress);
  const processes = [
    { name: 'query-api', pid: queryApi.pid },
    { name: 'PostgreSQL', pid: postgres.pid },
  ];
  return { plan, accounts, node, postgres, urls, queryApi: { port: queryApi.port, processes }, progress };
}

async function projectAll(urls: ReadSideUrls): Promise<void> {
  const projector = await startProjector(urls);
  try {
    await withDatabase(urls.databaseUrl, async (database) => {
      const store = connectEventStore(urls.eventStoreUrl);
      const last = await newestPosition(store).finally(() => store.dispose());
      await untilProjected(database, last);
      await expectVersionsMade(database);
      // As autovacuum would in a minute or two.
      await database.query('VACUUM ANALYZE');
    });
  } finally {
    await projector.stop();
  }
}
