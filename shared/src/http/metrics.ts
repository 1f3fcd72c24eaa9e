import type { RequestHandler } from 'express';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** A registry of its own for each process, labelled with the service's name, with Node's own metrics in it. */
export function createMetrics(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** Counts and times requests by method, route (the pattern, never the path) and status. */
export function requestMetrics(registry: Registry): RequestHandler {
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from a request’s arrival to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  return function measureRequest(request, response, next) {
    const stop = duration.startTimer({ method: request.method });
    response.once('close', () => {
      const pattern: unknown = request.route?.path;
      stop({ route: typeof pattern === 'string' ? pattern : 'none', status: response.statusCode });
    });
    next();
  };
}
