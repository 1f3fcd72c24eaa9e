import { accountId } from '@ledger/shared/identifiers';
import { formatMinor } from '@ledger/shared/money';
import { invalidRequest } from '@ledger/shared/problems';
import { formatInstant } from '@ledger/shared/time';
import { z } from 'zod';
import { type Account, listAccounts, readAccount } from '../account/account.ts';
import { createBalances } from '../balance/balance.ts';
import { awaitProjected } from '../consistency/projected.ts';
import type { ReadSide } from '../read-side.ts';
import { accountAnswer, accountListAnswer, balanceAnswer } from './answers.ts';
import { type Api, getOperation } from './operation.ts';
import { accountParams, consistencyQuery, instantParameter, limitParameter, noParams, wantedOf } from './parameters.ts';

const waits = ['revision-not-reached', 'read-model-behind'] as const;

/** `GET /v1/accounts`, one account, and its balance. */
export function accountRoutes(api: Api, side: ReadSide): void {
  const readBalance = createBalances(side);

  getOperation(api, {
    operationId: 'listAccounts',
    summary: 'All accounts, in the order of their ids',
    path: '/v1/accounts',
    params: noParams,
    query: consistencyQuery.extend({
      limit: limitParameter,
      cursor: z.string('expected one cursor').optional().meta({ description: '`nextCursor` of the page before' }),
    }),
    answer: accountListAnswer,
    problems: ['read-model-behind'],
    async read(_params, { limit, cursor, ...consistency }) {
      const after = cursor === undefined ? '' : readListCursor(cursor);
      await awaitProjected(side, wantedOf(consistency));
      const accounts = await listAccounts(side.pool, after, limit + 1);
      const shown = accounts.slice(0, limit);
      const last = shown.at(-1);
      const more = accounts.length > limit && last !== undefined;
      const nextCursor = more ? writeListCursor(last.accountId) : null;
      return { body: { accounts: shown.map(showAccount), nextCursor }, of: null };
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
    read: async (params, query) => ({
      body: showAccount(await readAccount(side, params.accountId, wantedOf(query))),
      of: null,
    }),
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

function writeListCursor(lastId: string): string {
  return Buffer.from(lastId).toString('base64url');
}

function readListCursor(text: string): string {
  const read = accountId.safeParse(Buffer.from(text, 'base64url').toString());
  if (read.success) return read.data;
  throw invalidRequest([{ field: 'cursor', message: 'expected a nextCursor of this list, unchanged' }]);
}
