import type { Pool } from '@ledger/shared/database/pool';
import { StreamDamagedError } from '@ledger/shared/event-store/event-store';
import { fromRecordedEvent } from '@ledger/shared/events/account-event-json';
import { accountStream } from '@ledger/shared/events/streams';
import type { Instant } from '@ledger/shared/time';
import { type AccountEventRead, readNewest } from '../consistency/newest-event.ts';
import { rowThatSuffices } from '../consistency/row-that-suffices.ts';
import type { Wanted } from '../consistency/wanted.ts';
import type { ReadSide } from '../read-side.ts';

/** An account at a revision. The balance is in minor units. */
export interface Account {
  readonly accountId: string;
  readonly name: string;
  readonly currency: string;
  readonly decimals: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly balance: bigint;
  readonly revision: number;
  readonly openedAt: Instant;
  /** Of the newest event, a refusal included. */
  readonly recordedAt: Instant;
}

/** Of `accounts a`. */
export const accountColumns = `a.account_id AS "accountId", a.name, a.currency, a.decimals, a.metadata, a.balance, a.revision,
  a.opened_at AS "openedAt", a.recorded_at AS "recordedAt"`;

export type StoredAccount = Omit<Account, 'revision'> & { readonly revision: bigint };

/** An account, and the generation of the read model that it is from; null where the event store has answered. */
export interface AccountRead extends Account {
  readonly generation: number | null;
}

/** @throws Problem account-not-found, and those of a read that waits. */
export async function readAccount(side: ReadSide, accountId: string, wanted: Wanted): Promise<AccountRead> {
  const row = await rowThatSuffices(wanted, () => accountRow(side.pool, accountId));
  if (row) return row;
  const newest = await readNewest(side, accountId, wanted);
  return { ...fromStream(await readOpening(side, accountId), newest), generation: null };
}

async function accountRow(pool: Pool, accountId: string): Promise<AccountRead | undefined> {
  const { rows } = await pool.query<StoredAccount & { generation: number }>({
    name: 'account',
    text: `SELECT ${accountColumns}, generation FROM accounts a CROSS JOIN projection_checkpoint WHERE account_id = $1`,
    values: [accountId],
  });
  return rows.map((row) => ({ ...row, revision: Number(row.revision) }))[0];
}

async function readOpening(side: ReadSide, accountId: string): Promise<AccountEventRead> {
  const stream = accountStream(accountId);
  for await (const first of side.store.readForwards(stream, 0, 1)) return fromRecordedEvent(first);
  throw new StreamDamagedError(`${stream} does not begin at revision 0`);
}

function fromStream(opening: AccountEventRead, newest: AccountEventRead): Account {
  if (opening.event?.type !== 'AccountOpened' || opening.revision !== 0) {
    throw new StreamDamagedError('an account’s stream does not begin with its opening');
  }
  const { accountId, name, currency, decimals, metadata } = opening.event;
  return {
    accountId,
    name,
    currency,
    decimals,
    metadata,
    balance: newest.context.account.balance,
    revision: newest.revision,
    openedAt: opening.context.recordedAt,
    recordedAt: newest.context.recordedAt,
  };
}
