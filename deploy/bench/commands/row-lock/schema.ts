/**
 * Balances in minor units. No foreign key leads from a transaction to its account: its check locks the account's row FOR KEY
 * SHARE, and two transactions that hold that and both ask for FOR UPDATE are a deadlock. An unknown account is found at
 * the lock. Rows of accounts are updated all the time: the room in their pages lets that be heap-only.
 */
export const SCHEMA = `
  CREATE TABLE accounts (
    id text PRIMARY KEY,
    balance bigint NOT NULL CHECK (balance >= 0)
  ) WITH (fillfactor = 50);

  CREATE TABLE transactions (
    account_id text NOT NULL,
    transaction_id text NOT NULL,
    type text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    description text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, transaction_id)
  );
`;
