import { formatMinor } from '@ledger/shared/money';
import { formatInstant } from '@ledger/shared/time';
import type { z } from 'zod';
import { type Account, readAccount } from '../account/account.ts';
import { listAccounts } from '../account/list-accounts.ts';
import { atStart, readListCursor, writeListCursor } from '../account/list-filter.ts';
import { createBalances } from '../balance/balance.ts';
import { awaitProjected } from '../consistency/projected.ts';
import type { ReadSide } from '../read-side.ts';
import { accountAnswer, accountListAnswer, balanceAnswer } from './answers.ts';
import { type Api, getOperation } from './operation.ts';
import {
  accountParams,
  consistencyQuery,
  instantParameter,
  listQuery,
  metadataFilter,
  noParams,
  wantedOf,
} from './parameters.ts';

const waits = ['revision-not-reached', 'read-model-behind'] as const;

/** `GET /v1/accounts`, one account, and its balance. */
export function accountRoutes(api: Api, side: ReadSide): void {
  const readBalance = createBalances(side);

  getOperation(api, {
    operationId: 'listAccounts',
    summary: 'All accounts, or those with some name or metadata',
    description: 'In the order of their ids; with `namePrefix`, in that of their names.',
    path: '/v1/accounts',
    params: noParams,
    query: listQuery,
    answer: accountListAnswer,
    problems: ['read-model-behind'],
    async read(_params, { limit, cursor, namePrefix, consistency, minRevision, ...others }) {
      const asked = { namePrefix, metadata: metadataFilter(others) };
      const { filter, after } =
        cursor === undefined ? { filter: asked, after: atStart } : readListCursor(cursor, asked);
      await awaitProjected(side, wantedOf({ consistency, minRevision }));
      const { accounts, next, position, generation } = await listAccounts(side.pool, filter, after, limit);
      const body = {
        accounts: accounts.map(showAccount),
        nextCursor: next && writeListCursor(filter, next),
        position: position === null ? null : position.toString(),
      };
      return { body, of: { generation, revision: position, final: false } };
    },
  });

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

function showAccount({ decimals, ...account }: Account): z.input<typeof accountAnswer> {
  const { accountId, name, currency, metadata, balance, revision, openedAt, recordedAt } = account;
  return {
    accountId,
    name,
    currency,
    metadata,
    balance: formatMinor(balance, decimals),
    revision,
    openedAt: formatInstant(openedAt),
    recordedAt: formatInstant(recordedAt),
  };
}
