import { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { isUnavailable, sqlState } from '@ledger/shared/database/errors';
import { errorCode } from '@ledger/shared/error-code';
import { StoreUnavailableError } from '@ledger/shared/event-store/event-store';
import { createHttpApp } from '@ledger/shared/http/app';
import type { Readiness } from '@ledger/shared/http/health';
import { openApiDocument, openApiRoute } from '@ledger/shared/http/openapi';
import type { Logger } from '@ledger/shared/log';
import { Problem } from '@ledger/shared/problems';
import type { Express, IRouter } from 'express';
import type { Registry } from 'prom-client';
import { createBalances } from './balance/balance.ts';
import { accountRoutes } from './http/account-routes.ts';
import { listRoutes } from './http/list-routes.ts';
import { firstGenerationRoutes } from './http/older/v1.ts';
import { secondGenerationRoutes } from './http/older/v2.ts';
import { statementRoutes } from './http/statement-routes.ts';
import { statusRoutes } from './http/status-routes.ts';
import { totalsRoutes } from './http/totals-routes.ts';
import { transactionRoutes } from './http/transaction-routes.ts';
import type { ReadSide } from './read-side.ts';

export interface AppOptions {
  readonly side: ReadSide;
  readonly log: Logger;
  readonly metrics: Registry;
}

/** The query API. */
export function createApp({ side, log, metrics }: AppOptions): Express {
  return createHttpApp({
    log,
    metrics,
    readiness: readModelOnce(side),
    routes: (router) => addRoutes(router, side),
    translateError,
  });
}

function addRoutes(router: IRouter, side: ReadSide): void {
  const registry = new OpenAPIRegistry();
  const api = { router, registry };
  const readBalance = createBalances(side);
  accountRoutes(api, side, readBalance);
  listRoutes(api, side);
  statementRoutes(api, side);
  transactionRoutes(api, side);
  totalsRoutes(api, side);
  statusRoutes(api, side);
  firstGenerationRoutes(api, side, readBalance);
  secondGenerationRoutes(api, side, readBalance);
  const title = 'Ledger: queries';
  const description =
    'Accounts, balances now and as of any date, statements, totals, and the outcome of each transaction.';
  openApiRoute(router, openApiDocument({ title, description, registry }));
}

/**
 * Ready once the read model's tables have been seen. From then on it stays ready without PostgreSQL: what can be answered
 * from the event store alone still is, and the rest says 503 for itself, while an instance that is taken out of service
 * answers nothing.
 */
function readModelOnce({ pool }: ReadSide): Readiness {
  let seen = false;
  return async function missingReadModel() {
    if (seen) return [];
    try {
      await pool.query('SELECT FROM projection_checkpoint');
    } catch (error) {
      const problem = translateError(error);
      if (!problem) throw error;
      return [problem.detail];
    }
    seen = true;
    return [];
  };
}

function translateError(error: unknown): Problem | undefined {
  if (error instanceof StoreUnavailableError) {
    return new Problem('service-unavailable', 'the event store can’t be reached now', {}, error);
  }
  if (errorCode(error) === sqlState.undefinedTable) {
    return new Problem('read-model-unavailable', 'the projector has not made its tables yet', {}, error);
  }
  if (isUnavailable(error)) {
    return new Problem('read-model-unavailable', 'PostgreSQL can’t be reached now', {}, error);
  }
  return undefined;
}
