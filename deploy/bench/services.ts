import { originOf } from '../embedded/ledger-processes.ts';
import { untilReady } from '../embedded/readiness.ts';
import { type Child, startChild } from './child-process.ts';

const HOST = '127.0.0.1';
const production = { NODE_ENV: 'production', HOST };

const script = (path: string) => new URL(`../../../${path}`, import.meta.url);
const scripts = {
  node: script('deploy/dist/embedded/event-store/server.js'),
  commandApi: script('command-api/dist/server.js'),
  projector: script('projector/dist/server.js'),
  queryApi: script('query-api/dist/server.js'),
  gateway: script('deploy/dist/embedded/gateway.js'),
};

export interface RunningEventStore extends Child {
  readonly url: string;
}

/** What the read side reads and writes. */
export interface ReadSideUrls {
  readonly eventStoreUrl: string;
  readonly databaseUrl: string;
}

// Each as `npm start` runs it, on a free port. `execArgv` are arguments for Node itself.

export async function startEventStore(directory: string, execArgv: readonly string[] = []): Promise<RunningEventStore> {
  const env = { ...production, EVENTSTORE_DIR: directory, EVENTSTORE_PORT: '0' };
  const node = await startChild(scripts.node, env, execArgv);
  return { ...node, url: `esdb://${HOST}:${node.port}?tls=false` };
}

export function startCommandApi(eventStoreUrl: string, execArgv: readonly string[] = []): Promise<Child> {
  const env = { ...production, EVENTSTORE_URL: eventStoreUrl, COMMAND_API_PORT: '0' };
  return startChild(scripts.commandApi, env, execArgv);
}

/** @param settings of its own */
export function startProjector(
  urls: ReadSideUrls,
  execArgv: readonly string[] = [],
  settings: NodeJS.ProcessEnv = {},
): Promise<Child> {
  return startChild(scripts.projector, { ...readSide(urls), PROJECTOR_PORT: '0', ...settings }, execArgv);
}

export function startQueryApi(urls: ReadSideUrls, execArgv: readonly string[] = []): Promise<Child> {
  return startChild(scripts.queryApi, { ...readSide(urls), QUERY_API_PORT: '0' }, execArgv);
}

/** @param services by their ports */
export function startGateway(
  services: Readonly<Record<'commandApi' | 'queryApi' | 'projector', Pick<Child, 'port'>>>,
  execArgv: readonly string[] = [],
): Promise<Child> {
  const env = {
    ...production,
    GATEWAY_PORT: '0',
    COMMAND_API_URL: originOfChild(services.commandApi),
    QUERY_API_URL: originOfChild(services.queryApi),
    PROJECTOR_URL: originOfChild(services.projector),
  };
  return startChild(scripts.gateway, env, execArgv);
}

const readSide = ({ eventStoreUrl, databaseUrl }: ReadSideUrls) => ({
  ...production,
  EVENTSTORE_URL: eventStoreUrl,
  DATABASE_URL: databaseUrl,
});

/** Where a process is asked. */
export const originOfChild = ({ port }: Pick<Child, 'port'>): string => originOf(HOST, port);

/** Waits for a service's `/readyz`, for as long as it takes. */
export const untilChildReady = (child: Pick<Child, 'port'>, progress: (line: string) => void): Promise<void> =>
  untilReady(originOfChild(child), progress);
