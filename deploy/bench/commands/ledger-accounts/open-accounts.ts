import { Pool } from 'undici';
import { accountId, amountText, FUNDS_MINOR } from '../commands.ts';

const CONNECTIONS = 32;
const LINES_EACH = 1_000;

/** Opens so many accounts with a first deposit each. @throws Error where one is not accepted */
export async function openLedgerAccounts(origin: string, accounts: number): Promise<void> {
  const http = new Pool(origin, { connections: CONNECTIONS });
  let next = 0;
  const openOthers = async () => {
    for (let account = next++; account < accounts; account = next++) {
      const { statusCode, body } = await http.request({
        method: 'PUT',
        path: `/v1/accounts/${accountId(account)}`,
        headers: { 'content-type': 'application/json' },
        body: `{"name":"Benchmark ${account}","currency":"EUR"}`,
      });
      const text = await body.text();
      if (statusCode !== 201) throw new Error(`${accountId(account)} was not opened: ${statusCode} ${text}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, openOthers));
  for (let from = 0; from < accounts; from += LINES_EACH) {
    await fund(http, from, Math.min(LINES_EACH, accounts - from));
  }
  await http.close();
}

async function fund(http: Pool, from: number, count: number): Promise<void> {
  const lines = Array.from({ length: count }, (_, i) => ({
    accountId: accountId(from + i),
    transactionId: 'funds',
    type: 'deposit',
    amount: amountText(FUNDS_MINOR),
  }));
  const { body } = await http.request({
    method: 'POST',
    path: '/v1/transactions',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  });
  const text = await body.text();
  const refused = text.split('\n').find((line) => line !== '' && !line.includes('"status":201,'));
  if (refused !== undefined) throw new Error(`an account got no funds: ${refused}`);
}
