import { formatMinor } from '@ledger/shared/money';
import { secondGeneration } from '@ledger/shared/older-apis/documentation';
import { secondTransaction, showSecond } from '@ledger/shared/older-apis/transaction';
import { z } from 'zod';
import type { Balances } from '../../balance/balance.ts';
import { strongly } from '../../consistency/wanted.ts';
import type { ReadSide } from '../../read-side.ts';
import { type Api, getOperation } from '../operation.ts';
import { noParams } from '../parameters.ts';
import { acceptedTransaction } from './accepted-transaction.ts';
import { asOfParameter, balanceAnswer, uidParams, userParams } from './schemas.ts';

/** The queries of the second generation, below `/api`: each exact as of now. */
export function secondGenerationRoutes(api: Api, side: ReadSide, readBalance: Balances): void {
  getOperation(api, {
    ...secondGeneration,
    operationId: 'secondGetBalance',
    summary: 'A user’s balance, now or as of a date',
    description: 'With or without the slash at the end.',
    path: '/api/user/{id}/balance/',
    params: userParams,
    query: z.strictObject({ ts: asOfParameter }),
    answer: balanceAnswer,
    problems: ['account-not-found', 'read-model-behind'],
    momentary: true,
    async read({ id }, { ts }) {
      const { balance, decimals } = await readBalance(id, { at: ts, knownAt: undefined }, strongly);
      return { body: { balance: formatMinor(balance, decimals) }, of: null };
    },
  });

  getOperation(api, {
    ...secondGeneration,
    operationId: 'secondGetTransaction',
    postOperationId: 'secondGetTransactionByPost',
    summary: 'A transaction that was accepted',
    description: 'With or without a slash at the end. POST changes nothing, and may have any body.',
    path: '/api/transaction/{uid}',
    params: uidParams,
    query: noParams,
    answer: secondTransaction,
    problems: ['transaction-not-found', 'transaction-id-ambiguous', 'read-model-behind'],
    momentary: true,
    read: async ({ uid }) => ({ body: showSecond(await acceptedTransaction(side, uid)), of: null }),
  });
}
