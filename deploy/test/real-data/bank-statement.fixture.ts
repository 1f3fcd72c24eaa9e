import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { repository } from '../end-to-end/ledger.fixture.ts';

/** Real transactions with the bank's own balance after each; they are not part of this repository. */
export const statementFile = join(repository, '../shared/data/czech-bank-1993-1994.csv.gz');

export const statementIsThere = existsSync(statementFile);

export interface BankBalances {
  readonly lines: number;
  /** By account: the bank's balance at the end of each day on which it moved, in order. */
  readonly accounts: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export async function readBankBalances(): Promise<BankBalances> {
  const accounts = new Map<string, Map<string, string>>();
  let lines = 0;
  const rows = createReadStream(statementFile)
    .pipe(createGunzip())
    .pipe(parse({ columns: true }));
  for await (const row of rows as AsyncIterable<Record<'account_id' | 'date' | 'balance_after', string>>) {
    const days = accounts.get(row.account_id) ?? new Map<string, string>();
    accounts.set(row.account_id, days);
    days.set(row.date, row.balance_after);
    lines += 1;
  }
  return { lines, accounts };
}
