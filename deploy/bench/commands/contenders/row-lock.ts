import { join } from 'node:path';
import { startChild } from '../../child-process.ts';
import { withDatabase } from '../../databases.ts';
import { openAccounts, readTotals } from '../row-lock/accounts.ts';
import type { Contender, ContenderOptions } from './contender.ts';
import { startPostgres } from './postgres.ts';
import { profiling } from './profiling.ts';
import { startTogether } from './started.ts';

const SERVER = new URL('../row-lock/server.js', import.meta.url);

/** The row-lock service on a PostgreSQL of its own. */
export function startRowLock(options: ContenderOptions): Promise<Contender> {
  const { directory, accounts, progress } = options;
  return startTogether(async (started) => {
    const postgres = started.add(await startPostgres(join(directory, 'row-lock'), progress));
    await withDatabase(postgres.url, (database) => openAccounts(database, accounts));
    const env = { NODE_ENV: 'production', DATABASE_URL: postgres.url, ROW_LOCK_PORT: '0' };
    const server = started.add(await startChild(SERVER, env, profiling(options, 'row-lock')));

    return {
      name: 'row-lock',
      port: server.port,
      processes: [
        { name: 'row-lock', pid: server.pid },
        { name: 'PostgreSQL', pid: postgres.pid },
      ],
      settle: async () => undefined,
      totals: () => withDatabase(postgres.url, (database) => readTotals(database, accounts)),
      stop: started.stop,
    };
  });
}
