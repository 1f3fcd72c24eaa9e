import { listAccounts } from '../account/list-accounts.ts';
import { atStart, readListCursor, writeListCursor } from '../account/list-filter.ts';
import { awaitProjected } from '../consistency/projected.ts';
import type { ReadSide } from '../read-side.ts';
import { accountListAnswer } from './answers.ts';
import { type Api, getOperation } from './operation.ts';
import { listQuery, metadataFilter, noParams, wantedOf } from './parameters.ts';
import { showAccount } from './show-account.ts';

/** `GET /v1/accounts`. */
export function listRoutes(api: Api, side: ReadSide): void {
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
}
