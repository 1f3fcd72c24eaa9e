import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import type { Connection, Pool } from './pool.ts';
import { withTransaction } from './transaction.ts';

/** The database was migrated by a newer version of this program, or by another one. */
export class SchemaMismatchError extends Error {
  override readonly name = 'SchemaMismatchError';
}

/** Any number that nothing else in the database locks. */
const migrationLock = 7_201_114_010;

/** A migration may take as long as it needs: the connection's own limit does not hold for it. */
function patient(text: string): pg.QueryConfig & { query_timeout: number } {
  return { text, query_timeout: 2 ** 31 - 1 };
}

/**
 * Brings the database to the newest of the folder's migrations, `0001-name.sql` and so on, numbered without a gap: those
 * not applied yet, in order, all in one transaction, and one process at a time.
 * @throws SchemaMismatchError where the database has a migration that the folder does not have.
 */
export async function migrate(pool: Pool, folder: URL): Promise<readonly string[]> {
  const files = await readMigrations(folder);
  return withTransaction(pool, async (tx) => {
    await tx.query('SET LOCAL statement_timeout = 0');
    await tx.query(patient(`SELECT pg_advisory_xact_lock(${migrationLock})`));
    await tx.query(
      `CREATE TABLE IF NOT EXISTS schema_migrations (
         number integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
    );
    const applied = await readApplied(tx, files);
    const pending = files.slice(applied);
    for (const [index, name] of pending.entries()) {
      await tx.query(patient(await readFile(new URL(name, folder), 'utf8')));
      await tx.query('INSERT INTO schema_migrations (number, name) VALUES ($1, $2)', [applied + index + 1, name]);
    }
    return pending;
  });
}

async function readMigrations(folder: URL): Promise<readonly string[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  files.forEach((name, index) => {
    if (Number(/^(\d{4})-/.exec(name)?.[1]) !== index + 1) {
      throw new Error(`${join(fileURLToPath(folder), name)}: migration ${index + 1} was expected here`);
    }
  });
  return files;
}

async function readApplied(tx: Connection, files: readonly string[]): Promise<number> {
  const { rows } = await tx.query<{ number: number; name: string }>(
    'SELECT number, name FROM schema_migrations ORDER BY number',
  );
  for (const [index, { number, name }] of rows.entries()) {
    if (files[index] !== name || number !== index + 1) {
      throw new SchemaMismatchError(
        `the database has migration ${number}, ${name}, which this version does not have: it belongs to a newer version`,
      );
    }
  }
  return rows.length;
}
