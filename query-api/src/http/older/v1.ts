import { formatMinor } from '@ledger/shared/money';
import { firstGeneration } from '@ledger/shared/older-apis/documentation';
import { firstTransaction, firstUserId, showFirst, showFirstUserId } from '@ledger/shared/older-apis/transaction';
import { z } from 'zod';
import { readAccount } from '../../account/account.ts';
import type { Balances } from '../../balance/balance.ts';
import { strongly } from '../../consistency/wanted.ts';
import type { ReadSide } from '../../read-side.ts';
import { type Api, getOperation } from '../operation.ts';
import { noParams } from '../parameters.ts';
import { acceptedTransaction } from './accepted-transaction.ts';
import { amount, asOfParameter, balanceAnswer, uidParams, userParams } from './schemas.ts';

const userAnswer = z
  .strictObject({ id: firstUserId, name: z.string().meta({ example: 'Alice' }), balance: amount })
  .meta({ id: 'FirstGenerationUserBalance' });

const dateQuery = z.strictObject({ date: asOfParameter });

/** The queries of the first generation, `/v1/user` and `/v1/transaction`: each exact as of now. */
export function firstGenerationRoutes(api: Api, side: ReadSide, readBalance: Balances): void {
  getOperation(api, {
    ...firstGeneration,
    operationId: 'firstGetUser',
    summary: 'A user, with the balance now or as of a date',
    path: '/v1/user/{id}',
    params: userParams,
    query: dateQuery,
    answer: userAnswer,
    problems: ['account-not-found', 'read-model-behind'],
    momentary: true,
    async read({ id }, { date }) {
      const { name, decimals, ...account } = await readAccount(side, id, strongly);
      const { balance } =
        date === undefined ? account : await readBalance(id, { at: date, knownAt: undefined }, strongly);
      return { body: { id: showFirstUserId(id), name, balance: formatMinor(balance, decimals) }, of: null };
    },
  });

  getOperation(api, {
    ...firstGeneration,
    operationId: 'firstGetBalance',
    summary: 'A user’s balance, now or as of a date',
    path: '/v1/user/{id}/balance',
    params: userParams,
    query: dateQuery,
    answer: balanceAnswer,
    problems: ['account-not-found', 'read-model-behind'],
    momentary: true,
    async read({ id }, { date }) {
      const { balance, decimals } = await readBalance(id, { at: date, knownAt: undefined }, strongly);
      return { body: { balance: formatMinor(balance, decimals) }, of: null };
    },
  });

  getOperation(api, {
    ...firstGeneration,
    operationId: 'firstGetTransaction',
    summary: 'A transaction that was accepted',
    path: '/v1/transaction/{uid}',
    params: uidParams,
    query: noParams,
    answer: firstTransaction,
    problems: ['transaction-not-found', 'transaction-id-ambiguous', 'read-model-behind'],
    momentary: true,
    read: async ({ uid }) => ({ body: showFirst(await acceptedTransaction(side, uid)), of: null }),
  });
}
