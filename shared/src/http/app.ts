import express, { type Express, type IRouter } from 'express';
import type { Registry } from 'prom-client';
import type { Logger } from '../log.ts';
import type { Problem } from '../problems.ts';
import { healthRoutes, type Readiness } from './health.ts';
import { requestMetrics } from './metrics.ts';
import { problemPages } from './problem-pages.ts';
import { notFound, problemHandler } from './problem-response.ts';
import { requestContext } from './request-context.ts';

export interface HttpAppOptions {
  readonly log: Logger;
  readonly metrics: Registry;
  readonly readiness: Readiness;
  /** Adds the service's own routes. */
  readonly routes: (router: IRouter) => void;
  /** Turns errors of the service's dependencies into problems; see `problemHandler`. */
  readonly translateError?: (error: unknown) => Problem | undefined;
}

/** What every service's HTTP side has: request ids, health, metrics, problem pages and problems for every error. */
export function createHttpApp({ log, metrics, readiness, routes, translateError }: HttpAppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(requestContext);
  app.use(requestMetrics(metrics));
  // Express tries routes in their order, and the busiest are the service's own. None of them may take any path.
  routes(app);
  healthRoutes(app, metrics, readiness);
  problemPages(app);
  app.use(notFound);
  app.use(problemHandler(log, translateError));
  return app;
}
