import { resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { announcement } from './announcement.ts';
import { type DataDirectory, openDataDirectory } from './data-directory.ts';
import { type LedgerProcesses, originOf, type ProcessModules, startProcesses } from './ledger-processes.ts';
import { requirePorts } from './ports.ts';
import type { PostgresUser } from './postgres-user.ts';
import { preparePostgres } from './prepare-postgres.ts';
import { untilReady } from './readiness.ts';
import { StartError } from './start-error.ts';
import { listenForStop, type StopRequests } from './stop-request.ts';
import { helpText, readStartConfig, type StartConfig, usedPorts } from './variables.ts';

/** How long what an earlier run held, and is still letting go of, is waited for. */
const FORMER_RUN_ENDS_WITHIN_MS = 3_000;

/**
 * Runs a ledger on this machine until it is told to stop. The process is to exit afterwards: only that ends the signal
 * handlers and, where preparing was broken off, what was being waited for.
 * @param repository LEDGER_DATA_DIR is relative to it
 * @returns the exit code: 0 where it was told to stop, 1 where it could not start, and then stderr says why
 */
export async function runLedger(args: readonly string[], repository: string, modules: ProcessModules): Promise<number> {
  const requests = listenForStop();
  try {
    if (args.includes('--help') || args.includes('-h')) {
      say(helpText());
      return 0;
    }
    if (args.length > 0) throw new StartError([`${args.join(' ')}: npm start takes no arguments but --help`]);
    const config = readStartConfig(process.env);
    const prepared = await Promise.race([requests.stop, prepare(config, repository)]);
    if (prepared) await runUntilStopped(config, modules, prepared, requests);
    return 0;
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    for (const line of error.lines) console.error(line);
    return 1;
  }
}

interface Prepared {
  readonly data: DataDirectory;
  readonly postgresUser: PostgresUser | undefined;
}

async function prepare(config: StartConfig, repository: string): Promise<Prepared> {
  const data = await openDataDirectory(resolve(repository, config.LEDGER_DATA_DIR), {
    waitMs: FORMER_RUN_ENDS_WITHIN_MS,
  });
  const postgresUser = config.DATABASE_URL === undefined ? await preparePostgres(data, say) : undefined;
  await requirePorts(wantedPorts(config), { waitMs: FORMER_RUN_ENDS_WITHIN_MS });
  return { data, postgresUser };
}

async function runUntilStopped(
  config: StartConfig,
  modules: ProcessModules,
  { data, postgresUser }: Prepared,
  requests: StopRequests,
): Promise<void> {
  say(`starting; logs in ${data.logs}`);
  const processes = startProcesses(config, modules, data, postgresUser, say);
  try {
    const outcome = await Promise.race([requests.stop, untilAllReady(config, processes)]);
    if (outcome === 'ready') say(await announcement(config, data, processes, performance.now()));
    await requests.stop;
    say('stopping');
  } finally {
    await Promise.race([processes.stop(), requests.kill.then(processes.kill)]);
    await data.release();
  }
}

/** @throws StartError where a process ended by itself before it listened */
async function untilAllReady(config: StartConfig, processes: LedgerProcesses): Promise<'ready'> {
  const { postgres, eventStore, commandApi, projector, queryApi, gateway } = processes;
  const all = [postgres, eventStore, commandApi, projector, queryApi, gateway];
  const gatewayReady = gateway.port.then((port) => untilReady(originOf(config.HOST, port), say));
  await Promise.all([...all.map((one) => one?.listening), gatewayReady]);
  return 'ready';
}

function wantedPorts(config: StartConfig) {
  return usedPorts(config).map((variable) => {
    const isStore = variable === 'EVENTSTORE_PORT' || variable === 'POSTGRES_PORT';
    return { variable, host: isStore ? '127.0.0.1' : config.HOST, port: config[variable] };
  });
}

function say(line: string): void {
  console.log(line);
}
