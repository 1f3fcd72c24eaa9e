import { formatMinor } from '@ledger/shared/money';
import { formatInstant } from '@ledger/shared/time';
import { readAccount } from '../account/account.ts';
import type { Balances } from '../balance/balance.ts';
import type { ReadSide } from '../read-side.ts';
import { accountAnswer, balanceAnswer } from './answers.ts';
import { type Api, getOperation } from './operation.ts';
import { accountParams, consistencyQuery, instantParameter, wantedOf } from './parameters.ts';
import { showAccount } from './show-account.ts';

const waits = ['revision-not-reached', 'read-model-behind'] as const;

/** One account, and its balance. */
export function accountRoutes(api: Api, side: ReadSide, readBalance: Balances): void {
  getOperation(api, {
    operationId: 'getAccount',
    summary: 'An account and its current balance',
    path: '/v1/accounts/{accountId}',
    params: accountParams,
    query: consistencyQuery,
    answer: accountAnswer,
    problems: ['account-not-found', ...waits],
    async read({ accountId }, query) {
      const account = await readAccount(side, accountId, wantedOf(query));
      const { generation, revision } = account;
      return { body: showAccount(account), of: { generation, revision, final: false } };
    },
  });

  getOperation(api, {
    operationId: 'getBalance',
    summary: 'A balance, now or as of a date, as it is or was known',
    path: '/v1/accounts/{accountId}/balance',
    params: accountParams,
    query: consistencyQuery.extend({
      at: instantParameter(
        'As of this date, its own transactions included; a date alone is the start of its day in UTC',
      ),
      knownAt: instantParameter('As it was known at this time: what was recorded later does not count'),
    }),
    answer: balanceAnswer,
    problems: ['account-not-found', ...waits],
    async read({ accountId }, { at, knownAt, ...consistency }) {
      const found = await readBalance(accountId, { at, knownAt }, wantedOf(consistency));
      const { currency, decimals, balance, revision, recordedAt, final, generation } = found;
      const body = {
        accountId,
        currency,
        balance: formatMinor(balance, decimals),
        revision,
        ...(at === undefined ? {} : { at: formatInstant(at) }),
        ...(knownAt === undefined ? {} : { knownAt: formatInstant(knownAt) }),
        recordedAt: recordedAt === null ? null : formatInstant(recordedAt),
      };
      return { body, of: { generation, revision, final } };
    },
  });
}
