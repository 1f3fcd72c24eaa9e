import { ConfigError, readConfig } from '@ledger/shared/config';
import { variables } from '@ledger/shared/variables';
import { z } from 'zod';
import { StartError } from './start-error.ts';
import { unknownVariables } from './unknown-variables.ts';

/** Every variable that `npm start` or a process that it starts reads. The descriptions are what `--help` shows. */
export const startVariables = {
  LEDGER_DATA_DIR: z.string().default('.ledger').describe('folder of all data and logs; relative to the repository'),
  ...variables,
  EVENTSTORE_URL: variables.EVENTSTORE_URL.optional().describe(
    'use this EventStoreDB or KurrentDB in place of the embedded one: esdb://host:2113?tls=false',
  ),
  DATABASE_URL: variables.DATABASE_URL.optional().describe(
    'use this PostgreSQL in place of our own: postgres://user:password@host:5432/ledger',
  ),
};

export type StartVariable = keyof typeof startVariables;

export type StartConfig = ReturnType<typeof readConfig<typeof startVariables>>;

/** @throws StartError with a line for every variable that is wrong, not known, or has another one's port. */
export function readStartConfig(env: NodeJS.ProcessEnv): StartConfig {
  const unknown = unknownVariables(Object.keys(startVariables), env);
  const config = readOrExplain(env);
  const problems = [...unknown, ...(config instanceof ConfigError ? config.problems : sharedPorts(config))];
  if (config instanceof ConfigError || problems.length > 0) throw new StartError(problems);
  return config;
}

function readOrExplain(env: NodeJS.ProcessEnv): StartConfig | ConfigError {
  try {
    return readConfig(startVariables, env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

function sharedPorts(config: StartConfig): readonly string[] {
  const owners = new Map<number, StartVariable>();
  return usedPorts(config).flatMap((variable) => {
    const owner = owners.get(config[variable]);
    if (config[variable] !== 0) owners.set(config[variable], variable);
    return owner === undefined
      ? []
      : [`${variable}=${config[variable]}: ${owner} has the same port; change one of them`];
  });
}

type PortVariable = Extract<StartVariable, `${string}_PORT`>;

/** The ports that this configuration listens on: those of a server that is given by its URL are not among them. */
export function usedPorts(config: StartConfig): readonly PortVariable[] {
  return [
    'GATEWAY_PORT',
    'COMMAND_API_PORT',
    'QUERY_API_PORT',
    'PROJECTOR_PORT',
    ...(config.EVENTSTORE_URL === undefined ? (['EVENTSTORE_PORT'] as const) : []),
    ...(config.DATABASE_URL === undefined ? (['POSTGRES_PORT'] as const) : []),
  ];
}

/** What `npm start -- --help` prints. */
export function helpText(): string {
  const variables = Object.entries(startVariables).map(([name, schema]) => {
    const standard: unknown = schema.safeParse(undefined).data;
    return `  ${name.padEnd(23)} ${(standard === undefined ? '' : String(standard)).padEnd(10)} ${schema.description}`;
  });
  return `npm start: runs the whole ledger on this machine, without Docker.

It starts, each in a process of its own, an event store node, PostgreSQL, command-api, projector, query-api and one
gateway in front, and starts again whichever of them ends. Ctrl-C or SIGTERM stops everything; a second Ctrl-C kills.
The data stays in LEDGER_DATA_DIR, together with each process's log (logs/NAME.log). One ledger runs on a data
directory at a time; a second one needs another LEDGER_DATA_DIR and other ports.

Environment variables, with their defaults (port 0 takes a free one):
${variables.join('\n')}

With EVENTSTORE_URL or DATABASE_URL set, that server is used and none of that kind is started here.
PostgreSQL refuses to run as root: started by root, it runs as the user "postgres", which is made if there is none.
A variable that begins with LEDGER_, or nearly has one of the names above, and that nothing reads, is an error.
`;
}
