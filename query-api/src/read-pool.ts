import { createPool, type DatabaseOptions, type Pool } from '@ledger/shared/database/pool';

/**
 * Every query of this API looks up a bounded number of keys, or reads a bounded piece of an index in its order. The planner
 * can't know that from its statistics, which a table that has just been filled does not even have: it may only do that.
 */
const settings = {
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_sort: 'off',
  enable_incremental_sort: 'off',
  enable_material: 'off',
  enable_memoize: 'off',
  jit: 'off',
  // One plan for all values, made once a connection for a statement that has a name.
  plan_cache_mode: 'force_generic_plan',
};

/** The pool that queries are read from. */
export function createReadPool(url: string, options: Omit<DatabaseOptions, 'settings'>): Pool {
  return createPool(url, { ...options, settings });
}
