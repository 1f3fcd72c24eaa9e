import type { Pool } from '@ledger/shared/database/pool';
import { Problem } from '@ledger/shared/problems';
import { readNewest } from '../consistency/newest-event.ts';
import { awaitProjected } from '../consistency/projected.ts';
import { readTail } from '../consistency/stream-tail.ts';
import { suffices, type Wanted } from '../consistency/wanted.ts';
import type { ReadSide } from '../read-side.ts';
import { fromStored, type Outcome, outcomeColumns, outcomeOf, type StoredOutcome } from './outcome.ts';

/** The outcome of one transaction. */
export interface Transaction extends Outcome {
  readonly accountId: string;
  readonly currency: string;
  readonly decimals: number;
  /** Of the read model that it is from; null where the event store has answered. */
  readonly generation: number | null;
}

/** Of that many accounts, at most, an ambiguous id names. */
export const ambiguousAccounts = 100;

/**
 * One account's transaction.
 * @throws Problem account-not-found, transaction-not-found, and those of a read that waits.
 */
export async function readTransaction(
  side: ReadSide,
  accountId: string,
  transactionId: string,
  wanted: Wanted,
): Promise<Transaction> {
  const { found, revision } = await transactionRow(side.pool, accountId, transactionId);
  // What is recorded never changes: found is exact, at any consistency.
  if (found) return found;
  if (suffices(wanted, revision)) {
    if (revision === undefined) throw new Problem('account-not-found', 'no account with this id is projected');
  } else {
    await readNewest(side, accountId, wanted);
    const { events, account } = await readTail(side, accountId, revision);
    for (const event of events) {
      const outcome = outcomeOf(event);
      if (outcome?.transactionId !== transactionId) continue;
      const { currency, decimals } = account;
      return { ...outcome, accountId, currency, decimals, generation: null };
    }
  }
  throw new Problem('transaction-not-found', `account ${accountId} has no transaction ${transactionId}`);
}

/**
 * The transaction of this id, whichever account has it.
 * @throws Problem transaction-not-found; transaction-id-ambiguous where several have; those of a read that waits.
 */
export async function findTransaction(side: ReadSide, transactionId: string, wanted: Wanted): Promise<Transaction> {
  await awaitProjected(side, wanted);
  const { rows } = await side.pool.query<StoredTransaction>({
    name: 'transactions of an id',
    text: `SELECT ${columns} FROM transactions t JOIN accounts a USING (account_id) CROSS JOIN projection_checkpoint
            WHERE transaction_id = $1 ORDER BY t.account_id LIMIT $2`,
    values: [transactionId, ambiguousAccounts],
  });
  const [first, second] = rows;
  if (!first) throw new Problem('transaction-not-found', `no account has a transaction ${transactionId}`);
  if (!second) return fromStored(first);
  const accountIds = rows.map(({ accountId }) => accountId);
  const detail = 'ask for GET /v1/accounts/{accountId}/transactions/{transactionId}';
  throw new Problem('transaction-id-ambiguous', detail, { accountIds });
}

type StoredTransaction = StoredOutcome &
  Pick<Transaction, 'accountId' | 'currency' | 'decimals'> & { generation: number };

const columns = `a.account_id AS "accountId", a.currency, a.decimals, generation, ${outcomeColumns}`;

/** The transaction where it is projected, and the account's projected revision, both of one moment. */
async function transactionRow(pool: Pool, accountId: string, transactionId: string) {
  const { rows } = await pool.query<
    Omit<StoredTransaction, 'type'> & { accountRevision: bigint; type: null | StoredTransaction['type'] }
  >({
    name: 'transaction',
    text: `SELECT ${columns}, a.revision AS "accountRevision"
             FROM accounts a CROSS JOIN projection_checkpoint
             LEFT JOIN transactions t ON t.transaction_id = $2 AND t.account_id = a.account_id
            WHERE a.account_id = $1`,
    values: [accountId, transactionId],
  });
  const [row] = rows;
  if (!row) return { found: undefined, revision: undefined };
  const { accountRevision, type, ...rest } = row;
  const found = type === null ? undefined : fromStored({ ...rest, type });
  return { found, revision: Number(accountRevision) };
}
