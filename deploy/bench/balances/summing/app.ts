import * as identifiers from '@ledger/shared/identifiers';
import { formatMinor } from '@ledger/shared/money';
import { formatInstant, parseInstant } from '@ledger/shared/time';
import express, { type Express } from 'express';
import type { Pool } from 'pg';

const DECIMALS = 2;

/** The dated balance that a team would otherwise write: Express, pg, and the sum of an indexed table. */
export function createSummingApp(pool: Pool): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');

  app.get('/v1/accounts/:accountId/balance', async function getBalance(request, response) {
    const accountId = identifiers.accountId.parse(request.params.accountId);
    const at = parseInstant(String(request.query['at']));
    if (at === undefined) {
      response.status(400).json({ error: 'invalid-request' });
      return;
    }
    const { rows } = await pool.query<{ balance: string | null }>({
      name: 'sum',
      text: 'SELECT sum(delta) AS balance FROM summing.lines WHERE account_id = $1 AND effective_at <= $2',
      values: [accountId, formatInstant(at)],
    });
    const balance = formatMinor(BigInt(rows[0]?.balance ?? 0), DECIMALS);
    response.json({ accountId, balance, at: formatInstant(at) });
  });

  return app;
}
