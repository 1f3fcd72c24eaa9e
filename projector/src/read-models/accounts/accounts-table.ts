import type { Connection } from '@ledger/shared/database/pool';
import type { AccountOpened } from '@ledger/shared/events/account-events';
import type { Instant } from '@ledger/shared/time';
import { binaryArray } from '../../binary/binary-array.ts';
import { binaryRows } from '../../binary/binary-rows.ts';
import { copyIn } from '../../binary/copy-in.ts';
import type { AccountState } from './account-state.ts';

interface StoredState extends Omit<AccountState, 'revision'> {
  readonly accountId: string;
  readonly revision: bigint;
}

/** The states of these accounts, where they exist, by account id. */
export async function readAccounts(tx: Connection, accountIds: readonly string[]): Promise<Map<string, AccountState>> {
  const { rows } = await tx.query<StoredState>({
    name: 'read accounts',
    text: `SELECT account_id AS "accountId", currency, decimals, balance, latest_effective_at AS "latestEffectiveAt",
                  recorded_at AS "recordedAt", newest_line_recorded_at AS "newestLineRecordedAt", revision
             FROM accounts WHERE account_id = ANY ($1)`,
    values: [accountIds],
  });
  return new Map(rows.map(({ accountId, ...state }) => [accountId, { ...state, revision: Number(state.revision) }]));
}

export interface OpenedAccount {
  readonly opening: AccountOpened;
  readonly openedAt: Instant;
  readonly state: AccountState;
}

/** Adds rows for accounts that have none yet. */
export async function insertAccounts(tx: Connection, accounts: readonly OpenedAccount[]): Promise<void> {
  if (accounts.length === 0) return;
  const rows = binaryRows<OpenedAccount>(11, accounts, (fields, { opening, openedAt, state }) => {
    fields.text(opening.accountId);
    fields.text(opening.name);
    fields.text(opening.currency);
    fields.smallint(opening.decimals);
    fields.json(opening.metadata);
    fields.bigint(state.balance);
    fields.timestamptz(state.latestEffectiveAt);
    fields.timestamptz(openedAt);
    fields.timestamptz(state.recordedAt);
    fields.timestamptz(state.newestLineRecordedAt);
    fields.bigint(state.revision);
  });
  await copyIn(
    tx,
    `COPY accounts (account_id, name, currency, decimals, metadata, balance, latest_effective_at, opened_at,
                    recorded_at, newest_line_recorded_at, revision) FROM STDIN (FORMAT binary)`,
    rows,
  );
}

/** Writes the states into the rows that these accounts have; what an account was opened with never changes. */
export async function updateAccounts(tx: Connection, states: ReadonlyMap<string, AccountState>): Promise<void> {
  if (states.size === 0) return;
  const after = [...states.values()];
  const instants = (of: (state: AccountState) => Instant | null) =>
    binaryArray('timestamptz', after, (fields, state) => fields.timestamptz(of(state)));
  const { rowCount } = await tx.query({
    name: 'update accounts',
    text: `UPDATE accounts AS a
              SET balance = s.balance, latest_effective_at = s.latest_effective_at, recorded_at = s.recorded_at,
                  newest_line_recorded_at = s.newest_line_recorded_at, revision = s.revision
             FROM unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::bigint[])
                  AS s (account_id, balance, latest_effective_at, recorded_at, newest_line_recorded_at, revision)
            WHERE a.account_id = s.account_id`,
    values: [
      binaryArray('text', [...states.keys()], (fields, accountId) => fields.text(accountId)),
      binaryArray('bigint', after, (fields, { balance }) => fields.bigint(balance)),
      instants(({ latestEffectiveAt }) => latestEffectiveAt),
      instants(({ recordedAt }) => recordedAt),
      instants(({ newestLineRecordedAt }) => newestLineRecordedAt),
      binaryArray('bigint', after, (fields, { revision }) => fields.bigint(revision)),
    ],
  });
  if (rowCount !== states.size) throw new Error(`${rowCount} of ${states.size} accounts have a row to be updated`);
}
