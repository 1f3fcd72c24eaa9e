import { isUnavailable } from '@ledger/shared/database/errors';
import { Problem } from '@ledger/shared/problems';
import { suffices, type Wanted } from './wanted.ts';

/**
 * Reads an account's row from PostgreSQL where that can be enough. Undefined: ask the event store.
 * @throws Problem account-not-found where a read model without the account is answer enough.
 */
export async function rowThatSuffices<Row extends { readonly revision: number }>(
  wanted: Wanted,
  read: () => Promise<Row | undefined>,
): Promise<Row | undefined> {
  if (wanted.strong) return undefined;
  let row: Row | undefined;
  try {
    row = await read();
  } catch (error) {
    // Without PostgreSQL, the event store may still tell what a minRevision asks for.
    if (wanted.minRevision === undefined || !isUnavailable(error)) throw error;
    return undefined;
  }
  if (!suffices(wanted, row?.revision)) return undefined;
  if (!row) throw new Problem('account-not-found', 'no account with this id is projected');
  return row;
}
