import type { Pool, PoolClient } from 'pg';

export interface TransactionCommand {
  readonly accountId: string;
  readonly transactionId: string;
  readonly type: 'deposit' | 'withdrawal';
  readonly amountMinor: bigint;
  readonly description: string;
}

export type Outcome =
  | { readonly kind: 'recorded'; readonly balanceMinor: bigint }
  /** The very same was recorded before. */
  | { readonly kind: 'replayed' }
  /** Another one was recorded under its id. */
  | { readonly kind: 'id-reused' }
  /** Nothing is recorded, and the id stays free. */
  | { readonly kind: 'refused'; readonly balanceMinor: bigint }
  | { readonly kind: 'no-account' };

/**
 * Five round trips: BEGIN, insert the transaction unless its id is there, lock the account's row, update it, COMMIT. The
 * insert comes before the lock, so that the row, which all others of its account wait for, is held for as short as can be.
 */
export async function recordTransaction(pool: Pool, command: TransactionCommand): Promise<Outcome> {
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query('BEGIN');
    const outcome = await decide(client, command);
    await client.query(outcome.kind === 'recorded' ? 'COMMIT' : 'ROLLBACK');
    broken = false;
    return outcome;
  } finally {
    // The end of a connection is a rollback.
    client.release(broken);
  }
}

async function decide(client: PoolClient, command: TransactionCommand): Promise<Outcome> {
  const { accountId, transactionId, type, amountMinor, description } = command;
  const inserted = await client.query({
    name: 'insert-transaction',
    text: `INSERT INTO transactions (account_id, transaction_id, type, amount, description)
           VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
    values: [accountId, transactionId, type, amountMinor, description],
  });
  if (inserted.rowCount === 0) return recordedBefore(client, command);

  const locked = await client.query<{ balance: string }>({
    name: 'lock-account',
    text: 'SELECT balance FROM accounts WHERE id = $1 FOR UPDATE',
    values: [accountId],
  });
  const balance = locked.rows[0]?.balance;
  if (balance === undefined) return { kind: 'no-account' };
  const balanceMinor = BigInt(balance) + (type === 'deposit' ? amountMinor : -amountMinor);
  if (balanceMinor < 0n) return { kind: 'refused', balanceMinor: BigInt(balance) };

  await client.query({
    name: 'update-account',
    text: 'UPDATE accounts SET balance = $2 WHERE id = $1',
    values: [accountId, balanceMinor],
  });
  return { kind: 'recorded', balanceMinor };
}

async function recordedBefore(client: PoolClient, command: TransactionCommand): Promise<Outcome> {
  const { rows } = await client.query<{ type: string; amount: string; description: string }>({
    name: 'select-transaction',
    text: 'SELECT type, amount, description FROM transactions WHERE account_id = $1 AND transaction_id = $2',
    values: [command.accountId, command.transactionId],
  });
  const [recorded] = rows;
  const isSame =
    recorded?.type === command.type &&
    BigInt(recorded.amount) === command.amountMinor &&
    recorded.description === command.description;
  return { kind: isSame ? 'replayed' : 'id-reused' };
}
