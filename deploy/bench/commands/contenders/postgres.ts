import { openDataDirectory } from '../../../embedded/data-directory.ts';
import { postgresUrl } from '../../../embedded/postgres.ts';
import { preparePostgres } from '../../../embedded/prepare-postgres.ts';
import { type Child, startChild } from '../../child-process.ts';
import { startTogether } from './started.ts';

const WATCHER = new URL('../../../embedded/postgres-watcher.js', import.meta.url);

export interface RunningPostgres extends Pick<Child, 'pid' | 'stop'> {
  readonly url: string;
}

/** A PostgreSQL as `npm start` runs it, with all durability that it has by default. @param directory is made if missing */
export function startPostgres(directory: string, progress: (line: string) => void): Promise<RunningPostgres> {
  return startTogether(async (started) => {
    const data = await openDataDirectory(directory, { waitMs: 0 });
    started.add({ stop: data.release });
    const user = await preparePostgres(data, progress);
    const child = started.add(
      await startChild(WATCHER, {
        POSTGRES_DIR: data.postgres,
        POSTGRES_PORT: '0',
        POSTGRES_UID: String(user.uid),
        POSTGRES_GID: String(user.gid),
      }),
    );
    const url = await postgresUrl(data.postgres, child.port);
    if (url === undefined) throw new Error(`PostgreSQL in ${directory} has no password`);
    return { pid: child.pid, url, stop: started.stop };
  });
}
