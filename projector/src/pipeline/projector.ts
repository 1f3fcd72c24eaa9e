import { setTimeout } from 'node:timers/promises';
import { isUnavailable } from '@ledger/shared/database/errors';
import { migrate, SchemaMismatchError } from '@ledger/shared/database/migrate';
import type { Pool } from '@ledger/shared/database/pool';
import type { EventStore } from '@ledger/shared/event-store/event-store';
import type { Logger } from '@ledger/shared/log';
import { createBackOff } from './back-off.ts';
import { type BatchLimits, createEventQueue, type EventQueue } from './batch.ts';
import { type Checkpoint, CheckpointMovedError, markStopped, readCheckpoint } from './checkpoint.ts';
import { becomeLeader } from './leader.ts';
import { createProjection } from './project-batch.ts';
import type { ProjectionMetrics } from './projection-metrics.ts';
import type { ProjectorStatus } from './status.ts';
import { takeInEvents } from './subscribe.ts';
import { ProjectionStoppedError, type TakenIn } from './taken-in.ts';

export interface ProjectorOptions extends BatchLimits {
  readonly databaseUrl: string;
  readonly pool: Pool;
  readonly store: EventStore;
  readonly log: Logger;
  readonly metrics: ProjectionMetrics;
}

export interface Projector {
  readonly status: () => ProjectorStatus;
  /** Ends after the batch that is being written, or after two seconds: a batch that is given up leaves nothing behind. */
  stop(): Promise<void>;
}

/** Longer than a batch usually takes, and far shorter than PostgreSQL may hang. */
const stopTimeoutMs = 2_000;

const migrations = new URL('../../migrations/', import.meta.url);

/**
 * Projects until it is stopped. What is lost (PostgreSQL, the store, the leadership) is found again with back-off; what
 * no repetition mends (an event that does not follow, another store, a newer schema) stops the projection, and the status
 * says why.
 */
export function startProjector(options: ProjectorOptions): Projector {
  const { log } = options;
  const stopping = new AbortController();
  let status: ProjectorStatus = { phase: 'connecting', why: 'not reached yet' };
  const setStatus = (next: ProjectorStatus) => {
    status = next;
  };

  async function runUntilStopped(): Promise<void> {
    const backOff = createBackOff();
    while (!stopping.signal.aborted) {
      try {
        await lead(options, stopping.signal, setStatus, backOff.reset);
      } catch (error) {
        if (stopping.signal.aborted) return;
        const why = error instanceof Error ? error.message : String(error);
        if (error instanceof ProjectionStoppedError || error instanceof SchemaMismatchError) {
          setStatus({ phase: 'stopped', why });
          log.error({ error }, 'the projection has stopped; it needs somebody to look, and a restart');
          return;
        }
        setStatus({ phase: 'connecting', why });
        if (isUnavailable(error) || error instanceof CheckpointMovedError) log.warn({ why }, 'starting over');
        else log.error({ error }, 'starting over after an error that was not foreseen');
        await backOff.wait(stopping.signal);
      }
    }
  }

  const running = runUntilStopped();
  return {
    status: () => status,
    async stop() {
      stopping.abort(new Error('the projector is stopping'));
      await Promise.race([running, setTimeout(stopTimeoutMs, undefined, { ref: false })]);
    },
  };
}

/** One term as leader, from waiting for it to losing it. Everything is found out anew: also whether a commit took place. */
async function lead(
  options: ProjectorOptions,
  signal: AbortSignal,
  setStatus: (status: ProjectorStatus) => void,
  onWork: () => void,
): Promise<never> {
  const { pool, databaseUrl, store, log } = options;
  const applied = await migrate(pool, migrations);
  if (applied.length > 0) log.info({ applied }, 'migrated');
  const leadership = await becomeLeader(databaseUrl, { log }, signal, () => {
    setStatus({ phase: 'standing by' });
    log.info('standing by: another projector leads');
  });
  const term = new AbortController();
  const ended = AbortSignal.any([signal, leadership.lost, term.signal]);
  const queue = createEventQueue(options, ended);
  let taking: Promise<void> | undefined;
  try {
    const checkpoint = await readCheckpoint(pool);
    await markStopped(pool, checkpoint, null);
    log.info({ after: checkpoint.event?.position.toString() ?? 'the start' }, 'projecting');
    setStatus({ phase: 'leading', store: 'not reached yet' });
    const onStore = (problem: string | undefined) => setStatus({ phase: 'leading', store: problem });
    taking = takeInEvents({ store, after: checkpoint.event, queue, log, signal: ended, onStore });
    return await projectAll(options, checkpoint, queue, onWork);
  } catch (error) {
    // What waits on the queue ends with an AbortError: the reason is what there is to tell.
    throw ended.aborted ? ended.reason : error;
  } finally {
    term.abort();
    await taking;
    await leadership.release();
  }
}

async function projectAll(
  { pool, log, metrics }: ProjectorOptions,
  from: Checkpoint,
  queue: EventQueue,
  onWork: () => void,
): Promise<never> {
  const projection = createProjection(pool, from);
  let batch: readonly TakenIn[] = [];
  metrics.watch(() => ({ events: batch.length + queue.size, oldest: batch[0] ?? queue.oldest }));
  try {
    for (;;) {
      batch = await queue.take();
      const startedAt = performance.now();
      const projected = await projection.project(batch);
      metrics.projected(projected.events, (performance.now() - startedAt) / 1_000);
      tellSkipped(log, projected.events);
      if (projected.stopped) throw projected.stopped;
      batch = [];
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
