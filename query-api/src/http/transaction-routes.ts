import { formatMinor } from '@ledger/shared/money';
import { invalidRequest } from '@ledger/shared/problems';
import { formatInstant } from '@ledger/shared/time';
import { z } from 'zod';
import type { ReadSide } from '../read-side.ts';
import { readCursor } from '../statement/cursor.ts';
import type { StatementLine } from '../statement/line.ts';
import { readStatement } from '../statement/statement.ts';
import { findTransaction, readTransaction, type Transaction } from '../transaction/transaction.ts';
import { statementAnswer, transactionAnswer } from './answers.ts';
import { type Api, getOperation } from './operation.ts';
import {
  accountParams,
  accountTransactionParams,
  consistencyQuery,
  instantParameter,
  limitParameter,
  transactionParams,
  wantedOf,
} from './parameters.ts';

const waits = ['revision-not-reached', 'read-model-behind'] as const;

/** An account's statement, and one transaction with or without its account. */
export function transactionRoutes(api: Api, side: ReadSide): void {
  getOperation(api, {
    operationId: 'getStatement',
    summary: 'A statement: deposits and withdrawals by effective date, with the balance after each',
    description: 'All pages are of one moment: a cursor pins the account’s revision of the first page.',
    path: '/v1/accounts/{accountId}/transactions',
    params: accountParams,
    query: consistencyQuery.extend({
      from: instantParameter('The first date, included'),
      to: instantParameter('The last date, included; a date alone is the start of its day in UTC'),
      order: z
        .enum(['asc', 'desc'], 'expected asc or desc')
        .optional()
        .meta({ description: 'By effective date; `asc`, the oldest first, where it is left out' }),
      limit: limitParameter,
      cursor: z.string('expected one cursor').optional().meta({
        description: '`nextCursor` of the page before; it stands for `from`, `to` and `order` too',
      }),
    }),
    answer: statementAnswer,
    problems: ['account-not-found', ...waits],
    async read({ accountId }, { from, to, order, limit, cursor, ...consistency }) {
      if (from !== undefined && to !== undefined && to < from) {
        throw invalidRequest([{ field: 'to', message: 'expected a date that is not before `from`' }]);
      }
      const where =
        cursor === undefined
          ? { range: { from, to, order: order ?? 'asc' } }
          : { cursor: readCursor(cursor, accountId, { from, to, order }) };
      const page = await readStatement(side, accountId, { limit, ...where }, wantedOf(consistency));
      const { currency, decimals, revision, nextCursor } = page;
      const body = {
        accountId,
        currency,
        revision,
        openingBalance: formatMinor(page.openingBalance, decimals),
        transactions: page.lines.map((line) => showLine(line, decimals)),
        closingBalance: formatMinor(page.closingBalance, decimals),
        nextCursor,
      };
      return { body, of: null };
    },
  });

  getOperation(api, {
    operationId: 'getAccountTransaction',
    summary: 'The outcome of one transaction of an account',
    path: '/v1/accounts/{accountId}/transactions/{transactionId}',
    params: accountTransactionParams,
    query: consistencyQuery,
    answer: transactionAnswer,
    problems: ['account-not-found', 'transaction-not-found', ...waits],
    async read({ accountId, transactionId }, query) {
      return {
        body: showTransaction(await readTransaction(side, accountId, transactionId, wantedOf(query))),
        of: null,
      };
    },
  });

  getOperation(api, {
    operationId: 'findTransaction',
    summary: 'The outcome of one transaction, whichever account it is of',
    path: '/v1/transactions/{transactionId}',
    params: transactionParams,
    query: consistencyQuery,
    answer: transactionAnswer,
    problems: ['transaction-not-found', 'transaction-id-ambiguous', 'read-model-behind'],
    read: async ({ transactionId }, query) => ({
      body: showTransaction(await findTransaction(side, transactionId, wantedOf(query))),
      of: null,
    }),
  });
}

function showLine(line: StatementLine & { readonly runningBalance: bigint }, decimals: number) {
  const { transactionId, type, description, metadata, revision } = line;
  return {
    transactionId,
    type,
    amount: formatMinor(line.amount, decimals),
    effectiveAt: formatInstant(line.effectiveAt),
    recordedAt: formatInstant(line.recordedAt),
    description,
    metadata,
    balance: formatMinor(line.balance, decimals),
    runningBalance: formatMinor(line.runningBalance, decimals),
    revision,
  };
}

function showTransaction({ decimals, refusal, ...transaction }: Transaction): z.input<typeof transactionAnswer> {
  const { accountId, transactionId, type, currency, description, metadata, revision } = transaction;
  const firstNegativeAt = refusal?.firstNegativeAt ?? null;
  return {
    accountId,
    transactionId,
    type,
    outcome: refusal ? 'refused' : 'accepted',
    amount: formatMinor(transaction.amount, decimals),
    currency,
    effectiveAt: formatInstant(transaction.effectiveAt),
    recordedAt: formatInstant(transaction.recordedAt),
    description,
    metadata,
    balance: formatMinor(transaction.balance, decimals),
    revision,
    ...(refusal && {
      reason: refusal.reason,
      shortfall: formatMinor(refusal.shortfall, decimals),
      firstNegativeAt: firstNegativeAt === null ? null : formatInstant(firstNegativeAt),
    }),
  };
}
