import type { Pool } from '@ledger/shared/database/pool';
import type { TransactionEvent } from '@ledger/shared/events/account-events';
import { Problem } from '@ledger/shared/problems';
import type { Instant } from '@ledger/shared/time';
import { type AccountEventRead, readNewest } from '../consistency/newest-event.ts';
import { awaitProjected } from '../consistency/projected.ts';
import { readTail } from '../consistency/stream-tail.ts';
import { suffices, type Wanted } from '../consistency/wanted.ts';
import type { ReadSide } from '../read-side.ts';

/** The outcome of one transaction. Amounts are minor units. */
export interface Transaction {
  readonly accountId: string;
  readonly transactionId: string;
  readonly type: 'deposit' | 'withdrawal';
  readonly amount: bigint;
  readonly currency: string;
  readonly decimals: number;
  readonly effectiveAt: Instant;
  readonly recordedAt: Instant;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** The account's balance after it was recorded. */
  readonly balance: bigint;
  readonly revision: number;
  /** Null where it was accepted. */
  readonly refusal: {
    readonly reason: string;
    readonly shortfall: bigint;
    readonly firstNegativeAt: Instant | null;
  } | null;
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
    const { events } = await readTail(side, accountId, revision);
    for (const read of events) {
      const { event } = read;
      if (event && event.type !== 'AccountOpened' && event.transactionId === transactionId) return ofEvent(event, read);
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
  const { rows } = await side.pool.query<StoredTransaction>(
    `SELECT ${columns} FROM transactions t JOIN accounts a USING (account_id)
      WHERE transaction_id = $1 ORDER BY account_id LIMIT $2`,
    [transactionId, ambiguousAccounts],
  );
  const [first, second] = rows;
  if (!first) throw new Problem('transaction-not-found', `no account has a transaction ${transactionId}`);
  if (!second) return fromStored(first);
  const accountIds = rows.map(({ accountId }) => accountId);
  const detail = 'ask for GET /v1/accounts/{accountId}/transactions/{transactionId}';
  throw new Problem('transaction-id-ambiguous', detail, { accountIds });
}

function ofEvent(event: TransactionEvent, { context, revision }: AccountEventRead): Transaction {
  const { accountId, transactionId, amount, currency, effectiveAt, description, metadata, balance } = event;
  const type = event.type === 'Deposited' ? 'deposit' : 'withdrawal';
  const { recordedAt, account } = context;
  const { decimals } = account;
  let refusal: Transaction['refusal'] = null;
  if (event.type === 'WithdrawalRefused') {
    const { reason, shortfall, firstNegativeAt } = event;
    refusal = { reason, shortfall, firstNegativeAt };
  }
  const content = { accountId, transactionId, type, amount, currency, decimals, effectiveAt, description } as const;
  return { ...content, metadata, recordedAt, balance, revision, refusal };
}

const columns = `account_id AS "accountId", transaction_id AS "transactionId", type, amount, currency, decimals,
  effective_at AS "effectiveAt", t.recorded_at AS "recordedAt", description, t.metadata, t.balance, t.revision,
  reason, shortfall, first_negative_at AS "firstNegativeAt"`;

interface StoredTransaction extends Omit<Transaction, 'amount' | 'revision' | 'refusal'> {
  readonly amount: string;
  readonly revision: bigint;
  readonly reason: string | null;
  readonly shortfall: string | null;
  readonly firstNegativeAt: Instant | null;
}

function fromStored({ reason, shortfall, firstNegativeAt, ...row }: StoredTransaction): Transaction {
  const refusal = reason === null ? null : { reason, shortfall: BigInt(shortfall ?? 0), firstNegativeAt };
  return { ...row, amount: BigInt(row.amount), revision: Number(row.revision), refusal };
}

/** The transaction where it is projected, and the account's projected revision, both of one moment. */
async function transactionRow(pool: Pool, accountId: string, transactionId: string) {
  const { rows } = await pool.query<
    Omit<StoredTransaction, 'type'> & { accountRevision: bigint; type: null | StoredTransaction['type'] }
  >(
    `SELECT ${columns}, a.revision AS "accountRevision"
       FROM accounts a LEFT JOIN (SELECT * FROM transactions WHERE transaction_id = $2) t USING (account_id)
      WHERE account_id = $1`,
    [accountId, transactionId],
  );
  const [row] = rows;
  if (!row) return { found: undefined, revision: undefined };
  const { accountRevision, type, ...rest } = row;
  const found = type === null ? undefined : fromStored({ ...rest, type });
  return { found, revision: Number(accountRevision) };
}
