import { connectEventStore } from '@ledger/shared/event-store/eventstoredb';
import type { RunningPostgres } from '../commands/contenders/postgres.ts';
import { profiling } from '../commands/contenders/profiling.ts';
import { startTogether } from '../commands/contenders/started.ts';
import { treeCpuTimeMs } from '../cpu-time.ts';
import { createDatabase, readTableSizes, type TableSize, withDatabase } from '../databases.ts';
import { cpuUsOfEach, type Sample, watchCpu } from '../load/sample.ts';
import { residentBytes } from '../resident-memory.ts';
import { startEventStore, startProjector } from '../services.ts';
import { newestPosition, untilProjected } from './projected.ts';
import { createTenths } from './tenths.ts';
import { untilVersionsMade } from './versions.ts';

/** What it took to project a store, from the projector's start. */
export interface ProjectionSample {
  readonly events: number;
  readonly seconds: number;
  /** CPU time of each process for each event, in microseconds; undefined where it can't be told. */
  readonly cpuUs: Sample['cpuUs'];
  /** The projector's memory when so many tenths were projected, from 1 to 10. */
  readonly residentBytes: readonly (number | undefined)[];
  /** How much later all versions of dated histories were made; undefined where some never were. */
  readonly versionsSeconds: number | undefined;
  readonly missingVersions: number;
  /** The largest first. */
  readonly tables: readonly TableSize[];
}

export interface ProjectionOptions {
  /** Of a store that is filled. */
  readonly directory: string;
  /** How many it has to be projected. */
  readonly events: number;
  readonly postgres: RunningPostgres;
  /** Of a new database there. */
  readonly database: string;
  readonly profileDirectory: string | undefined;
}

/** Projects a store into a new database: the node, PostgreSQL and the projector are processes of their own. */
export function measureProjection(options: ProjectionOptions): Promise<ProjectionSample> {
  const { directory, events, postgres, database } = options;
  return startTogether(async (started) => {
    const node = started.add(await startEventStore(directory, profiling(options, `node-${database}`)));
    const store = connectEventStore(node.url);
    const last = await newestPosition(store).finally(() => store.dispose());
    const databaseUrl = await createDatabase(postgres.url, database);
    const sample = await withDatabase(databaseUrl, async (client) => {
      const cpuSince = watchCpu([
        { name: 'node', pid: node.pid },
        { name: 'PostgreSQL', pid: postgres.pid },
      ]);
      const startedAt = performance.now();
      const urls = { eventStoreUrl: node.url, databaseUrl };
      const projector = started.add(await startProjector(urls, profiling(options, `projector-${database}`)));
      const memory = createTenths(() => residentBytes(projector.pid));
      await untilProjected(client, last, (position) => memory.at(Number(position) / Number(last)));
      const projectedAt = performance.now();
      const cpu = [{ name: 'projector', ms: treeCpuTimeMs(projector.pid) }, ...cpuSince()];
      const missingVersions = await untilVersionsMade(client);
      const versionsSeconds = missingVersions > 0 ? undefined : (performance.now() - projectedAt) / 1_000;
      const seconds = (projectedAt - startedAt) / 1_000;
      const cpuUs = cpuUsOfEach(cpu, events);
      return { events, seconds, cpuUs, residentBytes: memory.values, versionsSeconds, missingVersions };
    });
    const tables = await readTableSizes(databaseUrl);
    await started.stop();
    return { ...sample, tables };
  });
}
