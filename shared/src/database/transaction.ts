import { isUnavailable } from './errors.ts';
import type { Connection, Pool } from './pool.ts';

/**
 * Runs `work` in one transaction and commits it; where `work` throws, everything is rolled back. Where the commit itself
 * throws because the connection was lost, it is not known whether it took place.
 */
export async function withTransaction<T>(pool: Pool, work: (tx: Connection) => Promise<T>): Promise<T> {
  return inTransaction(pool, 'BEGIN', work);
}

/** Reads everything in `work` from one moment's state of the database. */
export async function withSnapshot<T>(pool: Pool, work: (tx: Connection) => Promise<T>): Promise<T> {
  return inTransaction(pool, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', work);
}

async function inTransaction<T>(pool: Pool, begin: string, work: (tx: Connection) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query(begin);
    let result: T;
    try {
      result = await work(client);
    } catch (error) {
      // Where PostgreSQL does not answer, it would not answer a ROLLBACK either: the end of the connection is one.
      broken = isUnavailable(error) || !(await rolledBack(client));
      throw error;
    }
    const { command } = await client.query('COMMIT');
    broken = false;
    // PostgreSQL answers the COMMIT of a transaction in which a statement has failed with a plain ROLLBACK.
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back: a statement in it had failed');
    return result;
  } finally {
    client.release(broken);
  }
}

/** A connection whose ROLLBACK fails is of no more use; the error that led here is the one to tell. */
async function rolledBack(client: Connection): Promise<boolean> {
  return client.query('ROLLBACK').then(
    () => true,
    () => false,
  );
}
