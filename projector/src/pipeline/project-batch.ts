import { isRefusedData } from '@ledger/shared/database/errors';
import type { Connection, Pool } from '@ledger/shared/database/pool';
import { withTransaction } from '@ledger/shared/database/transaction';
import { type AccountRow, advance } from '../read-models/accounts/account-row.ts';
import { readAccounts, writeAccounts } from '../read-models/accounts/accounts-table.ts';
import { projectTransactions } from '../read-models/transactions/project-transactions.ts';
import { type Checkpoint, holdCheckpoint, moveCheckpoint } from './checkpoint.ts';
import { ProjectionStoppedError, stoppedAt, type TakenIn } from './taken-in.ts';

export interface Projected {
  readonly checkpoint: Checkpoint;
  /** The events that are projected now: all of them, or those before the one that stops the projection. */
  readonly events: readonly TakenIn[];
  readonly stopped: ProjectionStoppedError | undefined;
}

/**
 * Projects events, in order, with the checkpoint in one transaction. Where one of them can't be projected, those before it are.
 * @throws CheckpointMovedError where another projector has moved the checkpoint; nothing is written then.
 */
export async function projectBatch(pool: Pool, from: Checkpoint, events: readonly TakenIn[]): Promise<Projected> {
  try {
    return await withTransaction(pool, (tx) => project(tx, from, events));
  } catch (error) {
    if (!isRefusedData(error)) throw error;
    const [only] = events;
    if (only && events.length === 1) {
      const stopped = stoppedAt(only.recorded, `PostgreSQL refuses it: ${messageOf(error)}`, error);
      return { checkpoint: from, events: [], stopped };
    }
    return projectHalves(pool, from, events);
  }
}

/** PostgreSQL refused the batch as a whole, so none of it is written: halving finds the event that it refuses. */
async function projectHalves(pool: Pool, from: Checkpoint, events: readonly TakenIn[]): Promise<Projected> {
  const middle = events.length >> 1;
  const first = await projectBatch(pool, from, events.slice(0, middle));
  if (first.stopped) return first;
  const second = await projectBatch(pool, first.checkpoint, events.slice(middle));
  return { ...second, events: [...first.events, ...second.events] };
}

async function project(tx: Connection, from: Checkpoint, events: readonly TakenIn[]): Promise<Projected> {
  await holdCheckpoint(tx, from);
  const before = await readAccounts(tx, [...new Set(events.map(({ accountId }) => accountId))]);
  const { after, applied, stopped } = advanceAll(before, events);
  const last = applied.at(-1);
  if (!last) return { checkpoint: from, events: [], stopped };
  const checkpoint = await moveCheckpoint(tx, from, last.recorded);
  await writeAccounts(tx, after);
  await projectTransactions(tx, applied);
  return { checkpoint, events: applied, stopped };
}

/** Folds the events over the accounts' rows, up to the first event that does not follow. */
function advanceAll(before: ReadonlyMap<string, AccountRow>, events: readonly TakenIn[]) {
  const after = new Map<string, AccountRow>();
  for (const [index, taken] of events.entries()) {
    const { accountId } = taken;
    try {
      after.set(accountId, advance(after.get(accountId) ?? before.get(accountId), taken));
    } catch (error) {
      if (!(error instanceof ProjectionStoppedError)) throw error;
      return { after: [...after.values()], applied: events.slice(0, index), stopped: error };
    }
  }
  return { after: [...after.values()], applied: events, stopped: undefined };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'detail' in error && typeof error.detail === 'string' ? `${error.message} (${error.detail})` : error.message;
}
