import { join } from 'node:path';
import { runLedger } from '../run-ledger.ts';

const standIn = (name: string) => join(import.meta.dirname, `${name}.fixture.js`);

/** `npm start` as it is, PostgreSQL included, with stand-ins for our own services. */
process.exit(
  await runLedger(process.argv.slice(2), process.cwd(), {
    postgres: join(import.meta.dirname, '../postgres-watcher.js'),
    eventStore: standIn('event-store'),
    commandApi: standIn('command-api'),
    projector: standIn('projector'),
    queryApi: standIn('query-api'),
    gateway: standIn('gateway'),
  }),
);
