import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataDirectory } from './data-directory.ts';
import { clusterIn, postgresUrl } from './postgres.ts';
import type { PostgresUser } from './postgres-user.ts';
import { killPostmaster } from './postmaster.ts';
import { StartError } from './start-error.ts';
import { type ChildSpec, type SupervisedChild, superviseChild } from './supervisor.ts';
import type { StartConfig } from './variables.ts';

/** The file that each process runs. */
export interface ProcessModules {
  readonly postgres: string;
  readonly eventStore: string;
  readonly commandApi: string;
  readonly projector: string;
  readonly queryApi: string;
  readonly gateway: string;
}

/** All processes of a ledger. What is not run here, because a URL of one was given, is undefined. */
export interface LedgerProcesses {
  readonly postgres: SupervisedChild | undefined;
  readonly eventStore: SupervisedChild | undefined;
  readonly commandApi: SupervisedChild;
  readonly projector: SupervisedChild;
  readonly queryApi: SupervisedChild;
  readonly gateway: SupervisedChild;
  eventStoreUrl(): Promise<string>;
  databaseUrl(): Promise<string>;
  /** In the order in which nothing loses what it needs; everything has ended, or was killed, within 5 s. */
  stop(): Promise<void>;
  /** Everything at once, by SIGKILL. */
  kill(): Promise<void>;
}

/** The stop's first two steps go on after this long, also where somebody still finishes a request. */
const STOP_STEP_MS = 1_000;
/** After PostgreSQL's own watcher has resorted to SIGKILL, which it does within 2.2 s of the third step. */
const KILL_AFTER_MS = 4_300;

/**
 * Starts all processes at once; each waits for the others by itself.
 * @param postgresUser who PostgreSQL runs as; undefined where DATABASE_URL is given
 * @param say prints a line for people
 */
export function startProcesses(
  config: StartConfig,
  modules: ProcessModules,
  data: DataDirectory,
  postgresUser: PostgresUser | undefined,
  say: (line: string) => void,
): LedgerProcesses {
  const child = (name: string, spec: Omit<ChildSpec, 'name' | 'log'>) =>
    superviseChild({ name, log: join(data.logs, `${name}.log`), ...spec }, say);

  const postgres =
    postgresUser &&
    child('postgres', {
      module: modules.postgres,
      port: { variable: 'POSTGRES_PORT', wanted: config.POSTGRES_PORT },
      environment: async () => ({
        POSTGRES_DIR: data.postgres,
        POSTGRES_UID: String(postgresUser.uid),
        POSTGRES_GID: String(postgresUser.gid),
      }),
    });

  const eventStore =
    config.EVENTSTORE_URL === undefined
      ? child('eventstore', {
          module: modules.eventStore,
          port: { variable: 'EVENTSTORE_PORT', wanted: config.EVENTSTORE_PORT },
          environment: async () => ({ EVENTSTORE_DIR: data.eventStore }),
        })
      : undefined;

  async function eventStoreUrl(): Promise<string> {
    return config.EVENTSTORE_URL ?? `esdb://127.0.0.1:${await eventStore?.port}?tls=false`;
  }

  async function databaseUrl(): Promise<string> {
    if (postgres === undefined) return String(config.DATABASE_URL);
    const port = await postgres.port;
    // The first start: the password appears together with the cluster.
    if ((await postgresUrl(data.postgres, port)) === undefined) await postgres.listening;
    const url = await postgresUrl(data.postgres, port);
    if (url !== undefined) return url;
    throw new StartError([
      `LEDGER_DATA_DIR: the file postgres/password is missing in ${data.path}; put it back, or set LEDGER_DATA_DIR to another folder`,
    ]);
  }

  const commandApi = child('command-api', {
    module: modules.commandApi,
    port: { variable: 'COMMAND_API_PORT', wanted: config.COMMAND_API_PORT },
    environment: async () => ({ HOST: config.HOST, EVENTSTORE_URL: await eventStoreUrl() }),
  });

  const readSide = async () => ({
    HOST: config.HOST,
    EVENTSTORE_URL: await eventStoreUrl(),
    DATABASE_URL: await databaseUrl(),
  });
  const projector = child('projector', {
    module: modules.projector,
    port: { variable: 'PROJECTOR_PORT', wanted: config.PROJECTOR_PORT },
    environment: readSide,
  });
  const queryApi = child('query-api', {
    module: modules.queryApi,
    port: { variable: 'QUERY_API_PORT', wanted: config.QUERY_API_PORT },
    environment: readSide,
  });

  const gateway = child('gateway', {
    module: modules.gateway,
    port: { variable: 'GATEWAY_PORT', wanted: config.GATEWAY_PORT },
    environment: async () => ({
      HOST: config.HOST,
      COMMAND_API_URL: originOf(config.HOST, await commandApi.port),
      QUERY_API_URL: originOf(config.HOST, await queryApi.port),
      PROJECTOR_URL: originOf(config.HOST, await projector.port),
    }),
  });

  const stores = [eventStore, postgres].filter((store) => store !== undefined);
  const services = [commandApi, projector, queryApi];
  const all = [gateway, ...services, ...stores];

  async function kill(): Promise<void> {
    await Promise.all(all.map((one) => one.kill()));
    if (postgres) await killPostmaster(clusterIn(data.postgres));
  }

  async function stop(): Promise<void> {
    const inTime = new AbortController();
    const killing = delay(KILL_AFTER_MS, undefined, { signal: inTime.signal }).then(kill, () => {});
    // Ctrl-C reaches every process of the terminal's group at once, whatever the order here.
    for (const one of all) one.letEnd();
    await stopStep([gateway]);
    await stopStep(services);
    await Promise.all(all.map((one) => one.stop()));
    inTime.abort();
    await killing;
    // Its watcher may have been killed a moment ago, and have had no successor.
    if (postgres) await killPostmaster(clusterIn(data.postgres));
  }

  return { postgres, eventStore, commandApi, projector, queryApi, gateway, eventStoreUrl, databaseUrl, stop, kill };
}

async function stopStep(children: readonly SupervisedChild[]): Promise<void> {
  const allEnded = new AbortController();
  const ended = Promise.all(children.map((child) => child.stop()));
  await Promise.race([ended, delay(STOP_STEP_MS, undefined, { signal: allEnded.signal })]);
  allEnded.abort();
}

/** Where a service that listens on `host` is reached from this machine. */
export function originOf(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
