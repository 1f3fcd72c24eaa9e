import { migrate } from '@ledger/shared/database/migrate';
import { createPool, type Pool } from '@ledger/shared/database/pool';
import { createMetrics } from '@ledger/shared/http/metrics';
import { listen } from '@ledger/shared/http/server';
import { createLog } from '@ledger/shared/log';
import { readCheckpoint } from '../../projector/src/pipeline/checkpoint.ts';
import { createProjection } from '../../projector/src/pipeline/project-batch.ts';
import { takeIn } from '../../projector/src/pipeline/taken-in.ts';
import { makeVersions, type VersionSizes } from '../../projector/src/read-models/balance-history/make-versions.ts';
import { createNodeIds } from '../../projector/src/read-models/node-ids.ts';
import { createApp } from '../../query-api/src/app.ts';
import { createReadPool } from '../../query-api/src/read-pool.ts';
import { type MemoryEventStore, memoryEventStore } from './memory-event-store.fixture.ts';
import { migratedDatabase } from './postgres.fixture.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** The query API in front of a real PostgreSQL, which a test fills as far as it likes, and of a store in memory. */
export interface ReadModel {
  readonly store: MemoryEventStore;
  readonly pool: Pool;
  readonly databaseUrl: string;
  /** The query API's own. */
  readonly readPool: Pool;
  readonly url: string;
  get(path: string, init?: RequestInit): Promise<Answer>;
  /** The same without reading the body. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Projects what the store has, up to this many of its events. */
  project(upTo?: number): Promise<void>;
  /** Makes the versions of the account's dated history that are missing; small ones, so that few lines make many. */
  makeVersions(accountId: string, sizes?: VersionSizes): Promise<void>;
  stop(): Promise<void>;
}

export interface ReadModelOptions {
  readonly waitMs?: number;
  readonly tailEvents?: number;
  /** Default: a database of its own, with its tables. */
  readonly databaseUrl?: string;
  /** Whether a database that is given gets its tables; default no. */
  readonly migrated?: boolean;
}

/** So few that some lines already make many versions and nodes. */
export const smallSizes: VersionSizes = { versionRevisions: 4, leafLines: 3, innerChildren: 2 };

const migrations = new URL('../../projector/migrations/', import.meta.url);

export async function startReadModel(options: ReadModelOptions = {}): Promise<ReadModel> {
  const { waitMs = 100, tailEvents = 10_000 } = options;
  const log = createLog('test', 'silent');
  const databaseUrl = options.databaseUrl ?? (await migratedDatabase());
  const pool = createPool(databaseUrl, { log });
  const readPool = createReadPool(databaseUrl, { log });
  const store = memoryEventStore();
  const ids = createNodeIds();
  if (options.migrated) await migrate(pool, migrations);
  const app = createApp({ side: { pool: readPool, store, waitMs, tailEvents }, log, metrics: createMetrics('test') });
  const server = await listen(app, '127.0.0.1', 0);
  const url = `http://127.0.0.1:${server.port}`;
  const ask = (path: string, init?: RequestInit) => fetch(`${url}${path}`, init);
  return {
    store,
    pool,
    databaseUrl,
    readPool,
    url,
    fetch: ask,
    async get(path, init) {
      const response = await ask(path, init);
      const text = await response.text();
      const body: Record<string, unknown> = text ? JSON.parse(text) : {};
      return { status: response.status, headers: response.headers, body };
    },
    async project(upTo = store.events.length) {
      const from = await readCheckpoint(pool);
      const position = from.event?.position ?? -1n;
      const events = store.events.slice(0, upTo).filter((event) => event.position > position);
      const batch = events.filter(({ stream }) => stream.startsWith('account-')).map(takeIn);
      const { stopped } = await createProjection(pool, from).project(batch);
      if (stopped) throw stopped;
    },
    async makeVersions(accountId, sizes = smallSizes) {
      while (await makeVersions(pool, ids, accountId, sizes));
    },
    async stop() {
      await server.close(0);
      await readPool.end();
      await pool.end();
    },
  };
}
