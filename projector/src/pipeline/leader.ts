import { setTimeout } from 'node:timers/promises';
import { closeInTime, connectionConfig, type DatabaseOptions } from '@ledger/shared/database/pool';
import pg from 'pg';

/** Any number that nothing else in the database locks. */
const leaderLock = 7_201_114_011;

const retryMs = 500;

/** How often the leader asks PostgreSQL for a sign of life, and how long that may take. */
const probeMs = 1_000;
const answerTimeoutMs = 3_000;

/**
 * A host that dies says no goodbye: PostgreSQL asks the connection's other end every second, and lets go of the lock when
 * nothing has come back for 2.5 s. (Milliseconds; over a Unix socket these do nothing.)
 */
const noticeDeadHost = `
  SET tcp_keepalives_idle = 1; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 2; SET tcp_user_timeout = 2500`;

export interface Leadership {
  /** Aborts when the connection that holds the lock has ended, or hangs: PostgreSQL may have given the lock to another. */
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
  const client = new pg.Client({ ...connectionConfig(url, options), query_timeout: answerTimeoutMs });
  const lost = new AbortController();
  const released = new AbortController();
  client.on('error', (error) => lost.abort(error));
  client.on('end', () => lost.abort(new Error('Connection terminated: it held the leader’s lock')));
  try {
    await client.connect();
    await client.query(noticeDeadHost);
    for (let attempt = 0; !(await tryLock(client)); attempt++) {
      if (attempt === 0) onStandBy();
      await setTimeout(retryMs, undefined, { signal });
    }
  } catch (error) {
    await closeInTime(client);
    throw error;
  }
  const probing = probe(client, released.signal).catch((error) => lost.abort(error));
  return {
    lost: lost.signal,
    async release() {
      released.abort();
      await probing;
      await closeInTime(client);
    },
  };
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(`SELECT pg_try_advisory_lock(${leaderLock}) AS locked`);
  return rows[0]?.locked === true;
}

/** Returns once released. @throws what pg throws where the connection is lost, or no answer comes in time. */
async function probe(client: pg.Client, released: AbortSignal): Promise<void> {
  while (!released.aborted) {
    await client.query('SELECT');
    await setTimeout(probeMs, undefined, { signal: released }).catch((error) => {
      if (!released.aborted) throw error;
    });
  }
}
