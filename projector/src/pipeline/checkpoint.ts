import type { Connection, Pool } from '@ledger/shared/database/pool';
import type { EventStore } from '@ledger/shared/event-store/event-store';
import { ProjectionStoppedError, type Recorded } from './taken-in.ts';

/** The last event that is projected, and where. */
export interface CheckpointEvent {
  readonly position: bigint;
  readonly eventId: string;
}

export interface Checkpoint {
  /** Which build of the read models is live. */
  readonly generation: number;
  /** Undefined before the first event. */
  readonly event: CheckpointEvent | undefined;
}

/** Another projector has moved the checkpoint: this one no longer leads. Nothing was written. */
export class CheckpointMovedError extends Error {
  override readonly name = 'CheckpointMovedError';
}

export async function readCheckpoint(pool: Pool): Promise<Checkpoint> {
  const { rows } = await pool.query<{ generation: number; position: bigint | null; eventId: string | null }>(
    'SELECT generation, position, event_id AS "eventId" FROM projection_checkpoint',
  );
  const [row] = rows;
  if (!row) throw new ProjectionStoppedError('projection_checkpoint has no row: this database was tampered with');
  const { generation, position, eventId } = row;
  return { generation, event: position === null || eventId === null ? undefined : { position, eventId } };
}

/**
 * Holds the checkpoint's row until the transaction ends.
 * @throws CheckpointMovedError where it is not at `expected` any more.
 */
export async function holdCheckpoint(tx: Connection, expected: Checkpoint): Promise<void> {
  const { rowCount } = await tx.query({
    name: 'hold checkpoint',
    text: `SELECT FROM projection_checkpoint
            WHERE generation = $1 AND position IS NOT DISTINCT FROM $2 AND event_id IS NOT DISTINCT FROM $3
              FOR UPDATE`,
    values: [expected.generation, expected.event?.position ?? null, expected.event?.eventId ?? null],
  });
  if (rowCount !== 1) throw new CheckpointMovedError(movedFrom(expected));
}

/**
 * Moves the checkpoint to the event, and holds its row until the transaction ends. The transaction need not wait for the
 * disk: one that a crash of PostgreSQL takes away takes its checkpoint with it, and is projected again.
 * @throws CheckpointMovedError where it is not at `from` any more.
 */
export async function moveCheckpoint(tx: Connection, from: Checkpoint, to: Recorded): Promise<Checkpoint> {
  const { generation, event } = from;
  const { rowCount } = await tx.query({
    name: 'move checkpoint',
    text: `UPDATE projection_checkpoint SET position = $4, event_id = $5, created_at = $6, stopped = NULL
            WHERE generation = $1 AND position IS NOT DISTINCT FROM $2 AND event_id IS NOT DISTINCT FROM $3
        RETURNING set_config('synchronous_commit', 'off', true)`,
    values: [generation, event?.position ?? null, event?.eventId ?? null, to.position, to.id, to.created.toISOString()],
  });
  if (rowCount !== 1) throw new CheckpointMovedError(movedFrom(from));
  return { generation, event: { position: to.position, eventId: to.id } };
}

function movedFrom({ event }: Checkpoint): string {
  return `the checkpoint is not at ${event?.position ?? 'the start'} now`;
}

/** Leaves word, for whoever asks for the status, of why nothing is projected beyond the checkpoint. */
export async function markStopped(pool: Pool, at: Checkpoint, why: string | null): Promise<void> {
  await pool.query(
    `UPDATE projection_checkpoint SET stopped = $3
      WHERE generation = $1 AND position IS NOT DISTINCT FROM $2 AND stopped IS DISTINCT FROM $3`,
    [at.generation, at.event?.position ?? null, why],
  );
}

/**
 * Reads the event back from the store.
 * @throws ProjectionStoppedError where the store has another one there, or none: it is another store.
 */
export async function confirmInStore(store: EventStore, event: CheckpointEvent): Promise<void> {
  let found: string | undefined;
  for await (const { id, position } of store.readAllForwards(event.position, 1)) {
    if (position === event.position) found = id;
  }
  if (found === event.eventId) return;
  throw new ProjectionStoppedError(
    `not the store that this database was filled from: the event at position ${event.position} should be ` +
      `${event.eventId}, and the store has ${found ?? 'none'} there`,
  );
}
