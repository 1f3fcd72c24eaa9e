import type { IRouter } from 'express';
import type { Registry } from 'prom-client';
import { Problem } from '../problems.ts';
import { sendProblem } from './problem-response.ts';
import { route } from './routes.ts';

/** What keeps a service from being ready, one line each; empty when it is. */
export type Readiness = () => readonly string[] | Promise<readonly string[]>;

/** `/livez`: the process answers. `/readyz`: it can do its work; 503 says what is missing. `/metrics`: Prometheus text. */
export function healthRoutes(router: IRouter, metrics: Registry, readiness: Readiness): void {
  route(router, '/livez', { get: (_request, response) => void response.json({ status: 'alive' }) });
  route(router, '/readyz', {
    get: async (_request, response) => {
      const missing = await readiness();
      if (missing.length === 0) response.json({ status: 'ready' });
      else sendProblem(response, new Problem('service-unavailable', missing.join('; '), { missing }));
    },
  });
  route(router, '/metrics', {
    get: async (_request, response) => {
      response.setHeader('Content-Type', metrics.contentType);
      response.send(await metrics.metrics());
    },
  });
}
