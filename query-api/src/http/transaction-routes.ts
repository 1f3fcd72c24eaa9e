import type { z } from 'zod';
import type { ReadSide } from '../read-side.ts';
import { findTransaction, readTransaction, type Transaction } from '../transaction/transaction.ts';
import type { Answered } from './answered.ts';
import { transactionAnswer } from './answers.ts';
import { type Api, getOperation } from './operation.ts';
import { accountTransactionParams, consistencyQuery, transactionParams, wantedOf } from './parameters.ts';
import { showOutcome } from './show-outcome.ts';

/** One transaction, with or without its account. */
export function transactionRoutes(api: Api, side: ReadSide): void {
  getOperation(api, {
    operationId: 'getAccountTransaction',
    summary: 'The outcome of one transaction of an account',
    path: '/v1/accounts/{accountId}/transactions/{transactionId}',
    params: accountTransactionParams,
    query: consistencyQuery,
    answer: transactionAnswer,
    problems: ['account-not-found', 'transaction-not-found', 'revision-not-reached', 'read-model-behind'],
    read: async ({ accountId, transactionId }, query) =>
      showTransaction(await readTransaction(side, accountId, transactionId, wantedOf(query))),
  });

  getOperation(api, {
    operationId: 'findTransaction',
    summary: 'The outcome of one transaction, whichever account it is of',
    path: '/v1/transactions/{transactionId}',
    params: transactionParams,
    query: consistencyQuery,
    answer: transactionAnswer,
    problems: ['transaction-not-found', 'transaction-id-ambiguous', 'read-model-behind'],
    read: async ({ transactionId }, query) =>
      showTransaction(await findTransaction(side, transactionId, wantedOf(query))),
  });
}

function showTransaction(transaction: Transaction): Answered<z.input<typeof transactionAnswer>> {
  const { accountId, currency, decimals, generation, revision } = transaction;
  return {
    body: { accountId, currency, ...showOutcome(transaction, decimals) },
    of: { generation, revision, final: false },
  };
}
