import type { ClientBase } from 'pg';
import type { AccountTotals } from '../book.ts';
import { accountId, FUNDS_MINOR } from '../commands.ts';
import { SCHEMA } from './schema.ts';

/** Makes the tables, and so many accounts with a first deposit each. */
export async function openAccounts(database: ClientBase, accounts: number): Promise<void> {
  await database.query(SCHEMA);
  const ids = Array.from({ length: accounts }, (_, account) => accountId(account));
  await database.query('INSERT INTO accounts SELECT id, $2 FROM unnest($1::text[]) id', [ids, FUNDS_MINOR]);
  await database.query(
    `INSERT INTO transactions (account_id, transaction_id, type, amount, description)
     SELECT id, 'funds', 'deposit', $2, '' FROM unnest($1::text[]) id`,
    [ids, FUNDS_MINOR],
  );
  // As autovacuum would in a minute or two: plans of an empty table are no plans for this one.
  await database.query('VACUUM ANALYZE');
}

/** What the accounts have, in the order of their numbers. */
export async function readTotals(database: ClientBase, accounts: number): Promise<AccountTotals[]> {
  const { rows } = await database.query<{ id: string; balance: string; transactions: string }>(
    `SELECT id, balance, (SELECT count(*) FROM transactions WHERE account_id = id) AS transactions FROM accounts`,
  );
  const byId = new Map(rows.map(({ id, ...totals }) => [id, totals]));
  if (byId.size !== accounts) throw new Error(`row-lock: ${byId.size} accounts in place of ${accounts}`);
  return Array.from({ length: accounts }, (_, account) => {
    const totals = byId.get(accountId(account));
    if (!totals) throw new Error(`row-lock: ${accountId(account)} is missing`);
    return { balanceMinor: BigInt(totals.balance), transactions: Number(totals.transactions) };
  });
}
