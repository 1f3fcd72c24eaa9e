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

const columns = `account_id AS "accountId", name, currency, decimals, metadata, balance, revision,
  opened_at AS "openedAt", recorded_at AS "recordedAt"`;

type StoredAccount = Omit<Account, 'revision'> & { readonly revision: bigint };

const fromStored = (row: StoredAccount): Account => ({ ...row, revision: Number(row.revision) });

/** @throws Problem account-not-found, and those of a read that waits. */
export async function readAccount(side: ReadSide, accountId: string, wanted: Wanted): Promise<Account> {
  const row = await rowThatSuffices(wanted, () => accountRow(side.pool, accountId));
  if (row) return row;
  const newest = await readNewest(side, accountId, wanted);
  return fromStream(await readOpening(side, accountId), newest);
}

async function accountRow(pool: Pool, accountId: string): Promise<Account | undefined> {
  const { rows } = await pool.query<StoredAccount>(`SELECT ${columns} FROM accounts WHERE account_id = $1`, [
    accountId,
  ]);
  return rows.map(fromStored)[0];
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

/** At most `limit` accounts whose id comes after `after`, in the order of ids. */
export async function listAccounts(pool: Pool, after: string, limit: number): Promise<readonly Account[]> {
  const { rows } = await pool.query<StoredAccount>(
    `SELECT ${columns} FROM accounts WHERE account_id > $1 ORDER BY account_id LIMIT $2`,
    [after, limit],
  );
  return rows.map(fromStored);
}
