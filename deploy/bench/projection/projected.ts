import { setTimeout as delay } from 'node:timers/promises';
import { sqlState } from '@ledger/shared/database/errors';
import { errorCode } from '@ledger/shared/error-code';
import type { EventStore } from '@ledger/shared/event-store/event-store';
import { accountStreamPrefix } from '@ledger/shared/events/streams';
import type { ClientBase } from 'pg';

const ASK_EVERY_MS = 50;
const STALLED_AFTER_MS = 60_000;

/** Position of the newest event that the projector has to project. @throws Error where there is none */
export async function newestPosition(store: EventStore): Promise<bigint> {
  for await (const { stream, position } of store.readAllBackwards()) {
    if (stream.startsWith(accountStreamPrefix)) return position;
  }
  throw new Error('there is no event to project');
}

/**
 * Waits until everything up to a position is projected.
 * @param onProgress gets the projected position each time that it is looked at
 * @throws Error where the projector has stopped, or does not get on for a minute
 */
export async function untilProjected(
  database: ClientBase,
  upTo: bigint,
  onProgress: (position: bigint) => void = () => undefined,
): Promise<void> {
  let last = -1n;
  let stalledAt = performance.now() + STALLED_AFTER_MS;
  for (;;) {
    const { position, stopped } = await readCheckpoint(database);
    onProgress(position);
    if (position >= upTo) return;
    if (position > last) stalledAt = performance.now() + STALLED_AFTER_MS;
    last = position;
    if (stopped !== null || performance.now() > stalledAt) {
      throw new Error(`projected up to position ${position} of ${upTo}, and no further: ${stopped ?? 'nothing comes'}`);
    }
    await delay(ASK_EVERY_MS);
  }
}

async function readCheckpoint(database: ClientBase): Promise<{ position: bigint; stopped: string | null }> {
  try {
    const { rows } = await database.query<{ position: string | null; stopped: string | null }>(
      'SELECT position, stopped FROM projection_checkpoint',
    );
    return { position: BigInt(rows[0]?.position ?? 0), stopped: rows[0]?.stopped ?? null };
  } catch (error) {
    // The projector has not made its tables yet.
    if (errorCode(error) === sqlState.undefinedTable) return { position: 0n, stopped: null };
    throw error;
  }
}
