import { setTimeout } from 'node:timers/promises';
import type { Pool } from '@ledger/shared/database/pool';
import type { EventStore } from '@ledger/shared/event-store/event-store';
import { accountStreamPrefix } from '@ledger/shared/events/streams';
import { Problem } from '@ledger/shared/problems';
import type { Instant } from '@ledger/shared/time';
import type { ReadSide } from '../read-side.ts';
import type { Wanted } from './wanted.ts';

const pollMs = 25;

/** How far the projector is; everything undefined or null before its first event. */
export interface Projection {
  readonly position: bigint | undefined;
  readonly eventId: string | null;
  /** When the store wrote that event. */
  readonly createdAt: Instant | null;
  /** Why it can't go on from there; null where it can. */
  readonly stopped: string | null;
}

export async function readProjection(pool: Pool): Promise<Projection> {
  const { rows } = await pool.query<Omit<Projection, 'position'> & { position: bigint | null }>(
    'SELECT position, event_id AS "eventId", created_at AS "createdAt", stopped FROM projection_checkpoint',
  );
  const [row] = rows;
  return { eventId: null, createdAt: null, stopped: null, ...row, position: row?.position ?? undefined };
}

/**
 * For a read that names no account: where it is to be exact, waits until everything that was in the event store when it
 * began is projected. A `minRevision` asks for the same: whoever knows the revision has seen it in the store.
 * @throws Problem read-model-behind where it does not come so far in time.
 */
export async function awaitProjected(side: ReadSide, wanted: Wanted): Promise<void> {
  if (!wanted.strong && wanted.minRevision === undefined) return;
  const deadline = performance.now() + side.waitMs;
  let projected = (await readProjection(side.pool)).position;
  const target = await newestBeyond(side.store, projected);
  if (target === undefined) return;
  while (projected === undefined || projected < target) {
    if (performance.now() >= deadline) {
      throw new Problem('read-model-behind', `not everything is projected yet, after waiting ${side.waitMs} ms`);
    }
    await setTimeout(pollMs);
    projected = (await readProjection(side.pool)).position;
  }
}

/** Position of the store's newest account event; undefined where it is projected already. */
async function newestBeyond(store: EventStore, projected: bigint | undefined): Promise<bigint | undefined> {
  for await (const { stream, position } of store.readAllBackwards()) {
    if (projected !== undefined && position <= projected) return undefined;
    if (stream.startsWith(accountStreamPrefix)) return position;
  }
  return undefined;
}
