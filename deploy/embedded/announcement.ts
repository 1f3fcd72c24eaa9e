import { relative } from 'node:path';
import type { DataDirectory } from './data-directory.ts';
import { type LedgerProcesses, originOf } from './ledger-processes.ts';
import type { StartConfig } from './variables.ts';

/**
 * What `npm start` prints once all is ready: what runs where, and three requests to try.
 * @param startedInMs how long that took
 */
export async function announcement(
  config: StartConfig,
  data: DataDirectory,
  processes: LedgerProcesses,
  startedInMs: number,
): Promise<string> {
  const gateway = originOf(config.HOST, await processes.gateway.port);
  const at = async (service: { readonly port: Promise<number> }) => originOf(config.HOST, await service.port);
  const database = withoutPassword(await processes.databaseUrl());
  const alice = `${gateway}/v1/accounts/alice`;
  const put = `curl -X PUT -H 'Content-Type: application/json'`;
  return `
The ledger is ready on ${gateway} (after ${(startedInMs / 1000).toFixed(1)} s)

  command-api  ${await at(processes.commandApi)}
  query-api    ${await at(processes.queryApi)}
  projector    ${await at(processes.projector)}
  event store  ${withoutPassword(await processes.eventStoreUrl())}${processes.eventStore ? '  (embedded: for one machine)' : ''}
  PostgreSQL   ${database}${processes.postgres ? `  (password in ${shown(data.postgres)}/password)` : ''}
  data         ${shown(data.path)}
  logs         ${shown(data.logs)}

Try:
  ${put} ${alice} -d '{"name":"Alice"}'
  ${put} ${alice}/transactions/t-1 -d '{"type":"deposit","amount":"100.00"}'
  curl ${alice}/balance

Ctrl-C stops everything.
`;
}

function withoutPassword(url: string): string {
  return url.replace(/^([^/]+\/\/[^/@:]*):[^/@]*@/, '$1@');
}

/** Short where it lies below the folder that one is in. */
function shown(path: string): string {
  const below = relative(process.cwd(), path);
  return below === '' || below.startsWith('..') ? path : below;
}
