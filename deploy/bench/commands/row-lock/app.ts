import * as identifiers from '@ledger/shared/identifiers';
import { formatMinor, parseDecimal, toMinor } from '@ledger/shared/money';
import express, { type ErrorRequestHandler, type Express } from 'express';
import type { Pool } from 'pg';
import { z } from 'zod';
import { recordTransaction } from './record-transaction.ts';

const DECIMALS = 2;

const amountMinor = z.string().transform((text, context) => {
  const decimal = parseDecimal(text);
  const minor = decimal && toMinor(decimal, DECIMALS);
  if (minor !== undefined && minor > 0n) return minor;
  context.addIssue({ code: 'custom', message: 'expected a positive amount with at most two decimals' });
  return z.NEVER;
});

const transactionParams = z.object({
  accountId: identifiers.accountId,
  transactionId: identifiers.transactionId,
});

const transactionBody = z.strictObject({
  type: z.enum(['deposit', 'withdrawal']),
  amount: amountMinor,
  description: z.string().max(1_000).default(''),
});

/** The balance service that a team would otherwise write: Express, pg, and a lock on the account's row. */
export function createRowLockApp(pool: Pool): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');

  app.put(
    '/v1/accounts/:accountId/transactions/:transactionId',
    express.json(),
    async function putTransaction(request, response) {
      const ids = transactionParams.parse(request.params);
      const { type, amount, description } = transactionBody.parse(request.body);
      const outcome = await recordTransaction(pool, { ...ids, type, amountMinor: amount, description });
      const transaction = { ...ids, type, amount: formatMinor(amount, DECIMALS), description };
      switch (outcome.kind) {
        case 'recorded':
          response.status(201).json({ ...transaction, balance: formatMinor(outcome.balanceMinor, DECIMALS) });
          break;
        case 'replayed':
          response.setHeader('Idempotent-Replayed', 'true').json(transaction);
          break;
        case 'refused': {
          const balance = formatMinor(outcome.balanceMinor, DECIMALS);
          response.status(402).json({ error: 'insufficient-funds', ...transaction, balance });
          break;
        }
        case 'id-reused':
          response.status(409).json({ error: 'transaction-id-reused' });
          break;
        case 'no-account':
          response.status(404).json({ error: 'account-not-found' });
          break;
      }
    },
  );

  app.use(handleError);
  return app;
}

const handleError: ErrorRequestHandler = function handleError(error, _request, response, _next) {
  if (error instanceof z.ZodError) {
    response.status(400).json({ error: 'invalid-request', issues: error.issues });
  } else if (error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500) {
    response.status(error.status).json({ error: error.message });
  } else {
    console.error(error);
    response.status(500).json({ error: 'internal-error' });
  }
};
