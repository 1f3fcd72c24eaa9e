import { isRefusedData } from '@ledger/shared/database/errors';
import type { Connection, Pool } from '@ledger/shared/database/pool';
import { withTransaction } from '@ledger/shared/database/transaction';
import type { AccountOpened } from '@ledger/shared/events/account-events';
import { projectAccountMetadata } from '../read-models/accounts/account-metadata.ts';
import { type AccountState, advance } from '../read-models/accounts/account-state.ts';
import {
  insertAccounts,
  type OpenedAccount,
  readAccounts,
  updateAccounts,
} from '../read-models/accounts/accounts-table.ts';
import { createKnownAccounts } from '../read-models/accounts/known-accounts.ts';
import { createNodeIds } from '../read-models/node-ids.ts';
import { createTotals } from '../read-models/totals/totals.ts';
import { projectTransactions } from '../read-models/transactions/project-transactions.ts';
import { type Checkpoint, holdCheckpoint, moveCheckpoint } from './checkpoint.ts';
import { ProjectionStoppedError, stoppedAt, type TakenIn } from './taken-in.ts';

export interface Projected {
  /** The events that are projected now: all of them, or those before the one that stops the projection. */
  readonly events: readonly TakenIn[];
  readonly accounts: readonly TouchedAccount[];
  readonly stopped: ProjectionStoppedError | undefined;
}

/** An account with its revision before the batch (-1 where it was opened in it) and after it. */
export interface TouchedAccount {
  readonly accountId: string;
  readonly before: number;
  readonly after: number;
}

/**
 * The projection from a checkpoint on, by one who leads. It keeps in memory what it wrote last; where another one has
 * projected meanwhile, that may be wrong, but then the checkpoint has moved, and nothing is written.
 */
export interface Projection {
  readonly checkpoint: Checkpoint;
  /**
   * Projects events, in order, with the checkpoint in one transaction. Where one of them can't be projected, those before
   * it are.
   * @throws CheckpointMovedError where another projector has moved the checkpoint; nothing is written then.
   */
  project(events: readonly TakenIn[]): Promise<Projected>;
}

export function createProjection(pool: Pool, from: Checkpoint): Projection {
  let checkpoint = from;
  const known = createKnownAccounts();
  const totals = createTotals();
  const nodeIds = createNodeIds();

  async function project(events: readonly TakenIn[]): Promise<Projected> {
    try {
      return await projectTogether(events);
    } catch (error) {
      if (!isRefusedData(error)) throw error;
      const [only] = events;
      if (only && events.length === 1) {
        const stopped = stoppedAt(only.recorded, `PostgreSQL refuses it: ${messageOf(error)}`, error);
        return { events: [], accounts: [], stopped };
      }
      return projectHalves(events);
    }
  }

  /** PostgreSQL refused the batch as a whole, so none of it is written: halving finds the event that it refuses. */
  async function projectHalves(events: readonly TakenIn[]): Promise<Projected> {
    const middle = events.length >> 1;
    const first = await project(events.slice(0, middle));
    if (first.stopped) return first;
    const second = await project(events.slice(middle));
    return {
      events: [...first.events, ...second.events],
      accounts: [...first.accounts, ...second.accounts],
      stopped: second.stopped,
    };
  }

  async function projectTogether(events: readonly TakenIn[]): Promise<Projected> {
    const { committed, ...projected } = await withTransaction(pool, (tx) => write(tx, events));
    committed();
    return projected;
  }

  async function write(tx: Connection, events: readonly TakenIn[]) {
    const before = await known.find(new Set(events.map(({ accountId }) => accountId)), async (missing) => {
      // What is read has to be of this checkpoint: an account that is ahead of it is no reason to stop.
      await holdCheckpoint(tx, checkpoint);
      return readAccounts(tx, missing);
    });
    const { after, applied, stopped } = advanceAll(before, events);
    const last = applied.at(-1);
    if (!last) return { events: [], accounts: [], stopped, committed: () => undefined };
    // Before all that is written: who does not lead any more finds out at once.
    const moved = await moveCheckpoint(tx, checkpoint, last.recorded);
    await writeAccounts(tx, before, after, applied);
    await projectTransactions(tx, applied);
    const totalsCommitted = await totals.project(tx, applied, nodeIds);
    const committed = () => {
      checkpoint = moved;
      known.keep(after);
      totalsCommitted();
    };
    return { events: applied, accounts: touched(before, after), stopped, committed };
  }

  return {
    get checkpoint() {
      return checkpoint;
    },
    project,
  };
}

type States = ReadonlyMap<string, AccountState>;

/** Folds the events over the accounts' states, up to the first event that does not follow. */
function advanceAll(before: States, events: readonly TakenIn[]) {
  const after = new Map<string, AccountState>();
  for (const [index, taken] of events.entries()) {
    const { accountId } = taken;
    try {
      after.set(accountId, advance(after.get(accountId) ?? before.get(accountId), taken));
    } catch (error) {
      if (!(error instanceof ProjectionStoppedError)) throw error;
      return { after, applied: events.slice(0, index), stopped: error };
    }
  }
  return { after, applied: events, stopped: undefined };
}

async function writeAccounts(tx: Connection, before: States, after: States, events: readonly TakenIn[]): Promise<void> {
  const opened: OpenedAccount[] = [];
  const openings: AccountOpened[] = [];
  for (const { accountId, account } of events) {
    const { event, context } = account;
    const state = after.get(accountId);
    if (event?.type !== 'AccountOpened' || !state) continue;
    openings.push(event);
    opened.push({ opening: event, openedAt: context.recordedAt, state });
  }
  await insertAccounts(tx, opened);
  await projectAccountMetadata(tx, openings);
  await updateAccounts(tx, new Map([...after].filter(([accountId]) => before.has(accountId))));
}

function touched(before: States, after: States): TouchedAccount[] {
  return [...after].map(([accountId, { revision }]) => ({
    accountId,
    before: before.get(accountId)?.revision ?? -1,
    after: revision,
  }));
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'detail' in error && typeof error.detail === 'string' ? `${error.message} (${error.detail})` : error.message;
}
