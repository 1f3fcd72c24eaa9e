import { formatMinor } from '@ledger/shared/money';
import { formatInstant } from '@ledger/shared/time';
import { awaitProjected } from '../consistency/projected.ts';
import type { ReadSide } from '../read-side.ts';
import { readTotals } from '../totals/totals.ts';
import { totalsAnswer } from './answers.ts';
import { type Api, getOperation } from './operation.ts';
import { consistencyQuery, instantParameter, noParams, wantedOf } from './parameters.ts';

/** `GET /v1/totals`. */
export function totalsRoutes(api: Api, side: ReadSide): void {
  getOperation(api, {
    operationId: 'getTotals',
    summary: 'The sum of all balances by currency, now or as of a date',
    path: '/v1/totals',
    params: noParams,
    query: consistencyQuery.extend({
      at: instantParameter('As of this date, included; a date alone is the start of its day in UTC'),
    }),
    answer: totalsAnswer,
    problems: ['read-model-behind'],
    async read(_params, { at, ...consistency }) {
      await awaitProjected(side, wantedOf(consistency));
      const { totals, position, generation } = await readTotals(side.pool, at);
      const body = {
        totals: totals.map(({ currency, decimals, amount }) => ({ currency, amount: formatMinor(amount, decimals) })),
        ...(at === undefined ? {} : { at: formatInstant(at) }),
        position: position === null ? null : position.toString(),
      };
      return { body, of: { generation, revision: position, final: false } };
    },
  });
}
