import { migrate } from '@ledger/shared/database/migrate';
import { closeInTime, createPool, type Pool } from '@ledger/shared/database/pool';
import type { EventStore } from '@ledger/shared/event-store/event-store';
import type { Logger } from '@ledger/shared/log';
import type { VersionSizes } from '../read-models/balance-history/make-versions.ts';
import { createVersionMaker } from '../read-models/balance-history/version-maker.ts';
import { markStopped, readCheckpoint } from './checkpoint.ts';
import { type BatchLimits, createEventQueue } from './event-queue.ts';
import { type Lag, lagOf } from './lag.ts';
import { becomeLeader } from './leader.ts';
import { createProjection } from './project-batch.ts';
import type { ProjectionMetrics } from './projection-metrics.ts';
import type { ProjectorStatus } from './status.ts';
import { takeInEvents } from './subscribe.ts';
import { ProjectionStoppedError, type TakenIn } from './taken-in.ts';

export interface ProjectorOptions extends BatchLimits {
  readonly databaseUrl: string;
  readonly store: EventStore;
  readonly log: Logger;
  readonly metrics: ProjectionMetrics;
  readonly versionSizes?: VersionSizes;
}

export interface TermEvents {
  onStatus(status: ProjectorStatus): void;
  /** How the lag can be known from now on; undefined: it is another's. */
  onLag(lag: (() => Promise<Lag>) | undefined): void;
  /** A batch is written. */
  onWork(): void;
}

/** A batch of the largest size, on a slow disk. */
const statementTimeoutMs = 60_000;

const migrations = new URL('../../migrations/', import.meta.url);

/**
 * One term as leader, from waiting for it to losing it. Everything is found out anew, on new connections: also whether a
 * commit took place.
 */
export async function lead(options: ProjectorOptions, signal: AbortSignal, events: TermEvents): Promise<never> {
  const { databaseUrl, log } = options;
  const pool = createPool(databaseUrl, { log, max: 3, statementTimeoutMs });
  try {
    const applied = await migrate(pool, migrations);
    if (applied.length > 0) log.info({ applied }, 'migrated');
    const leadership = await becomeLeader(databaseUrl, { log }, signal, () => {
      events.onStatus({ phase: 'standing by' });
      events.onLag(undefined);
      log.info('standing by: another projector leads');
    });
    try {
      return await untilAborted(AbortSignal.any([signal, leadership.lost]), (ended) =>
        projectFromCheckpoint(options, pool, ended, events),
      );
    } finally {
      await leadership.release();
    }
  } finally {
    await closeInTime(pool);
  }
}

/**
 * Ends with `work`, or with the signal's reason when it aborts: what waits for a PostgreSQL that hangs is not waited for.
 * What it may still write is fenced by the checkpoint.
 * @param work gets a signal that aborts when all this ends, too
 */
async function untilAborted(signal: AbortSignal, work: (ended: AbortSignal) => Promise<never>): Promise<never> {
  const over = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: over.signal });
    if (signal.aborted) reject(signal.reason);
  });
  try {
    return await Promise.race([aborted, work(AbortSignal.any([signal, over.signal]))]);
  } finally {
    over.abort();
  }
}

async function projectFromCheckpoint(
  options: ProjectorOptions,
  pool: Pool,
  ended: AbortSignal,
  { onStatus, onLag, onWork }: TermEvents,
): Promise<never> {
  const { store, log, metrics, versionSizes } = options;
  const checkpoint = await readCheckpoint(pool);
  await markStopped(pool, checkpoint, null);
  log.info({ after: checkpoint.event?.position.toString() ?? 'the start' }, 'projecting');
  onStatus({ phase: 'leading', store: 'not reached yet' });
  const projection = createProjection(pool, checkpoint);
  const queue = createEventQueue(options, ended);
  const onStore = (problem: string | undefined) => {
    if (!ended.aborted) onStatus({ phase: 'leading', store: problem });
  };
  takeInEvents({ store, after: checkpoint.event, queue, log, signal: ended, onStore }).catch(queue.fail);
  const versions = createVersionMaker({
    pool,
    log,
    onFailure: metrics.versionFailed,
    ...(versionSizes && { sizes: versionSizes }),
  });
  metrics.watchVersions(() => versions.waiting);
  versions.run(ended).catch(queue.fail);
  let batch: readonly TakenIn[] = [];
  onLag(() => {
    const upTo = queue.newest?.recorded.position ?? checkpoint.event?.position;
    return lagOf(store, { events: batch.length + queue.size, oldest: batch[0] ?? queue.oldest, upTo });
  });
  try {
    for (;;) {
      batch = await queue.take();
      const startedAt = performance.now();
      const projected = await projection.project(batch);
      metrics.projected(projected.events, (performance.now() - startedAt) / 1_000);
      for (const { accountId, before, after } of projected.accounts) versions.projected(accountId, before, after);
      tellSkipped(log, projected.events);
      batch = batch.slice(projected.events.length);
      if (projected.stopped) throw projected.stopped;
      onWork();
    }
  } catch (error) {
    if (error instanceof ProjectionStoppedError) await markStopped(pool, projection.checkpoint, error.message);
    throw error;
  }
}

function tellSkipped(log: Logger, events: readonly TakenIn[]): void {
  for (const { account, recorded } of events) {
    if (account.event) continue;
    const { type, stream, revision } = recorded;
    log.warn({ type, stream, revision }, 'skipped an event of a type that this version does not know');
  }
}
