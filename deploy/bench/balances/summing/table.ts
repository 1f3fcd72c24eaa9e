import type { ClientBase } from 'pg';

/** What a team would have: the lines, and an index that holds all that the sum needs. */
const SCHEMA = `
  CREATE SCHEMA summing;
  CREATE TABLE summing.lines (
    account_id text NOT NULL,
    effective_at timestamptz NOT NULL,
    delta bigint NOT NULL
  );
`;

/** Copies the lines of the accounts out of the ledger's read model. */
export async function fillSummingTable(database: ClientBase, accountIds: readonly string[]): Promise<void> {
  await database.query(SCHEMA);
  await database.query(
    `INSERT INTO summing.lines SELECT account_id, effective_at, delta FROM transactions
      WHERE account_id = ANY ($1) ORDER BY recorded_at, revision`,
    [accountIds],
  );
  await database.query('CREATE INDEX lines_by_date ON summing.lines (account_id, effective_at) INCLUDE (delta)');
}
