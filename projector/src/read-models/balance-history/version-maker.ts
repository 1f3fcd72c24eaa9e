import { EventEmitter, once } from 'node:events';
import { isUnavailable, sqlState } from '@ledger/shared/database/errors';
import type { Pool } from '@ledger/shared/database/pool';
import { errorCode } from '@ledger/shared/error-code';
import type { Logger } from '@ledger/shared/log';
import { createBackOff } from '../../pipeline/back-off.ts';
import { createNodeIds } from '../node-ids.ts';
import { makeVersions, newestBoundary, type VersionSizes, versionSizes } from './make-versions.ts';

/** Makes the versions of the dated histories behind the projection. Where it lags, dated balances cost more to read. */
export interface VersionMaker {
  /** An account has come from one revision to another (before its opening: -1), in a batch that is committed. */
  projected(accountId: string, before: number, after: number): void;
  /** Makes versions, first those that are missing from before, until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Accounts that have versions to be made, as far as is known. */
  readonly waiting: number;
}

export interface VersionMakerOptions {
  readonly pool: Pool;
  readonly log: Logger;
  readonly sizes?: VersionSizes;
  /** Called after each account that it could not make versions of. */
  readonly onFailure?: () => void;
}

export function createVersionMaker(options: VersionMakerOptions): VersionMaker {
  const { pool, log, sizes = versionSizes, onFailure = () => undefined } = options;
  const waiting = new Set<string>();
  const changes = new EventEmitter();
  const ids = createNodeIds();

  function add(accountId: string): void {
    waiting.add(accountId);
    changes.emit('waiting');
  }

  /** The account waits until it succeeds, or until what is wrong is found to be wrong with this account. */
  async function makeNext(accountId: string): Promise<void> {
    try {
      waiting.delete(accountId);
      if (await makeVersions(pool, ids, accountId, sizes)) waiting.add(accountId);
    } catch (error) {
      if (isUnavailable(error) || errorCode(error) === sqlState.uniqueViolation) {
        waiting.add(accountId);
        throw error;
      }
      onFailure();
      log.error(
        { error, accountId },
        'no version of an account’s dated history could be made; its dated balances get slower',
      );
    }
  }

  return {
    projected(accountId, before, after) {
      if (newestBoundary(after, sizes) > newestBoundary(before, sizes)) add(accountId);
    },
    async run(signal) {
      const backOff = createBackOff();
      let isKnown = false;
      while (!signal.aborted) {
        try {
          if (!isKnown) for (const accountId of await accountsBehind(pool, sizes)) waiting.add(accountId);
          isKnown = true;
          const [accountId] = waiting;
          if (accountId !== undefined) await makeNext(accountId);
          else await once(changes, 'waiting', { signal });
          backOff.reset();
        } catch (error) {
          if (signal.aborted) return;
          log.info({ reason: error instanceof Error ? error.message : String(error) }, 'making versions again');
          await backOff.wait(signal);
        }
      }
    },
    get waiting() {
      return waiting.size;
    },
  };
}

/** One look at every account that is long enough, at the start of a term. */
async function accountsBehind(pool: Pool, { versionRevisions }: VersionSizes): Promise<readonly string[]> {
  const { rows } = await pool.query<{ accountId: string }>(
    `SELECT account_id AS "accountId" FROM accounts a
      WHERE revision >= $1::bigint - 1
        AND (revision + 1) / $1 * $1 - 1 > coalesce((
          SELECT v.revision FROM balance_history_versions v WHERE v.account_id = a.account_id
           ORDER BY v.recorded_at DESC, v.revision DESC LIMIT 1), -1)`,
    [versionRevisions],
  );
  return rows.map(({ accountId }) => accountId);
}
