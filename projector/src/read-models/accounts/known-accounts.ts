import type { AccountState } from './account-state.ts';

/** Some 300 bytes each. */
const defaultLimit = 100_000;

/**
 * The states of the accounts that were projected last, so that most of a batch's need not be read. They are right for as
 * long as nobody else projects, which the checkpoint's compare-and-set proves for each batch before it is committed.
 */
export interface KnownAccounts {
  /** The states of these accounts, where they exist; `read` is asked for those not known, if any. */
  find(accountIds: Iterable<string>, read: ReadAccounts): Promise<ReadonlyMap<string, AccountState>>;
  /** These states are committed. */
  keep(states: ReadonlyMap<string, AccountState>): void;
}

export type ReadAccounts = (accountIds: readonly string[]) => Promise<ReadonlyMap<string, AccountState>>;

export function createKnownAccounts(limit = defaultLimit): KnownAccounts {
  /** The one used longest ago is the first. */
  const known = new Map<string, AccountState>();
  return {
    async find(accountIds, read) {
      const found = new Map<string, AccountState>();
      const missing: string[] = [];
      for (const accountId of accountIds) {
        const state = known.get(accountId);
        if (state) found.set(accountId, state);
        else missing.push(accountId);
      }
      if (missing.length > 0) for (const [id, state] of await read(missing)) found.set(id, state);
      return found;
    },
    keep(states) {
      for (const [accountId, state] of states) {
        known.delete(accountId);
        known.set(accountId, state);
      }
      for (const accountId of known.keys()) {
        if (known.size <= limit) return;
        known.delete(accountId);
      }
    },
  };
}
