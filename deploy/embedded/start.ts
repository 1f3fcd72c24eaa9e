import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runLedger } from './run-ledger.ts';

/** This file is compiled into a folder below its own, so how far up the repository begins is looked for. */
function repositoryAbove(folder: string): string {
  return existsSync(join(folder, 'package-lock.json')) ? folder : repositoryAbove(dirname(folder));
}

const repository = repositoryAbove(import.meta.dirname);

process.exit(
  await runLedger(process.argv.slice(2), repository, {
    postgres: join(repository, 'deploy/dist/embedded/postgres-watcher.js'),
    eventStore: join(repository, 'deploy/dist/embedded/event-store/server.js'),
    commandApi: join(repository, 'command-api/dist/server.js'),
    projector: join(repository, 'projector/dist/server.js'),
    queryApi: join(repository, 'query-api/dist/server.js'),
    gateway: join(repository, 'deploy/dist/embedded/gateway.js'),
  }),
);
