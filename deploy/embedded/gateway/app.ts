import { createHttpApp, type HttpAppOptions } from '@ledger/shared/http/app';
import { route } from '@ledger/shared/http/routes';
import type { Express, IRouter, RequestHandler } from 'express';
import { type FrontPageLink, frontPage } from './front-page.ts';
import { getJson, openApiDocument } from './openapi.ts';
import { proxyTo } from './proxy.ts';
import { documentedServices, type GatewayRoute, gatewayRoutes, type ServiceName, serviceNames } from './routes.ts';
import type { Upstream } from './upstream.ts';

const readinessTimeoutMs = 2_000;

const links: readonly FrontPageLink[] = [
  { href: '/openapi.json', what: 'the whole API, as an OpenAPI document' },
  { href: '/v1/status', what: 'how far the read model has come' },
  { href: '/problems', what: 'every error, and what to do about it' },
  { href: '/readyz', what: 'whether all services are ready' },
  { href: '/metrics', what: 'the gateway’s own, for Prometheus' },
];

export interface GatewayOptions extends Pick<HttpAppOptions, 'log' | 'metrics'> {
  readonly upstreams: Readonly<Record<ServiceName, Upstream>>;
  /** How a request is passed on to a service. */
  readonly proxy?: (upstream: Upstream) => RequestHandler;
}

/** The one origin in front of the services: routes of `gatewayRoutes`, and pages of its own. */
export function createGatewayApp({ log, metrics, upstreams, proxy = proxyTo }: GatewayOptions): Express {
  const handlers = {
    'command-api': proxy(upstreams['command-api']),
    'query-api': proxy(upstreams['query-api']),
    projector: proxy(upstreams.projector),
  };
  const document = openApiDocument(documentedServices.map((name) => upstreams[name]));
  const page = frontPage(links);
  return createHttpApp({
    log,
    metrics,
    readiness: () => notReady(upstreams),
    routes: (router) => {
      for (const gatewayRoute of gatewayRoutes) addRoute(router, gatewayRoute, handlers);
      route(router, '/', { get: (_request, response) => void response.type('html').send(page) });
      route(router, '/openapi.json', { get: async (_request, response) => void response.json(await document()) });
    },
  });
}

function addRoute(router: IRouter, { path, services }: GatewayRoute, handlers: Record<ServiceName, RequestHandler>) {
  const pattern = path.replace('/*rest', '{/*rest}');
  if (typeof services === 'string') router.all(pattern, handlers[services]);
  else {
    const methods = Object.entries(services).map(([method, service]) => [method, handlers[service]]);
    route(router, pattern, Object.fromEntries(methods));
  }
}

async function notReady(upstreams: Readonly<Record<ServiceName, Upstream>>): Promise<string[]> {
  const answers = await Promise.all(
    serviceNames.map(async (name) => {
      const answer = await getJson(upstreams[name], '/readyz', readinessTimeoutMs);
      if (answer?.status === 200) return [];
      return [`${name}: ${answer ? detailOf(answer.body) : 'does not answer'}`];
    }),
  );
  return answers.flat();
}

function detailOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'detail' in body ? String(body.detail) : 'not ready';
}
