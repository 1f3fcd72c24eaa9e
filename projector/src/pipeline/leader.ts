import { setTimeout } from 'node:timers/promises';
import { closeInTime, connectionConfig, type DatabaseOptions } from '@ledger/shared/database/pool';
import pg from 'pg';

/** Any number that nothing else in the database locks. */
const leaderLock = 7_201_114_011;

const retryMs = 500;

export interface Leadership {
  /** Aborts when the connection that holds the lock has ended: PostgreSQL may have given the lock to another. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * Waits until this process is the one that projects into the database: it holds an advisory lock on a connection of its
 * own, which PostgreSQL lets go of when the connection ends, however it ends.
 * @param onStandBy called once, where another process leads.
 * @throws what pg throws where the connection is refused or lost, and the signal's reason when it aborts.
 */
export async function becomeLeader(
  url: string,
  options: DatabaseOptions,
  signal: AbortSignal,
  onStandBy: () => void,
): Promise<Leadership> {
  const client = new pg.Client(connectionConfig(url, options));
  const lost = new AbortController();
  client.on('error', (error) => lost.abort(error));
  client.on('end', () => lost.abort(new Error('Connection terminated: it held the leader’s lock')));
  try {
    await client.connect();
    for (let attempt = 0; !(await tryLock(client)); attempt++) {
      if (attempt === 0) onStandBy();
      await setTimeout(retryMs, undefined, { signal });
    }
    return { lost: lost.signal, release: () => closeInTime(client) };
  } catch (error) {
    await closeInTime(client);
    throw error;
  }
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(`SELECT pg_try_advisory_lock(${leaderLock}) AS locked`);
  return rows[0]?.locked === true;
}
