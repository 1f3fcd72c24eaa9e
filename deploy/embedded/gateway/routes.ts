/**
 * Which service answers what, for every gateway: the one beside this file routes by it, and HAProxy's maps
 * in deploy/docker are made from it.
 */

export const serviceNames = ['command-api', 'query-api', 'projector'] as const;
export type ServiceName = (typeof serviceNames)[number];

export type RoutedMethod = 'get' | 'put' | 'post' | 'delete';

export interface GatewayRoute {
  /**
   * Segments, of which one that begins with a colon stands for any, as in `/v1/accounts/:accountId`. `/*rest` at the end
   * stands for nothing or for any number of further segments.
   */
  readonly path: string;
  /** The service of each method; `get` covers HEAD. One name: it takes every method, and answers 405 itself. */
  readonly services: Readonly<Partial<Record<RoutedMethod, ServiceName>>> | ServiceName;
}

/** In the order in which they are tried: what is asked most comes first. */
export const gatewayRoutes: readonly GatewayRoute[] = [
  {
    path: '/v1/accounts/:accountId/transactions/:transactionId',
    services: { get: 'query-api', put: 'command-api' },
  },
  { path: '/v1/transactions', services: { post: 'command-api' } },
  { path: '/v1/accounts/:accountId/balance', services: { get: 'query-api' } },
  { path: '/v1/accounts/:accountId', services: { get: 'query-api', put: 'command-api' } },
  { path: '/v1/accounts/:accountId/transactions', services: { get: 'query-api' } },
  { path: '/v1/accounts/:accountId/transactions.csv', services: { get: 'query-api' } },
  { path: '/v1/accounts', services: { get: 'query-api', post: 'command-api' } },
  { path: '/v1/transactions/:transactionId', services: { get: 'query-api' } },
  // The older APIs.
  { path: '/v1/transaction', services: { post: 'command-api' } },
  { path: '/api/transaction', services: { put: 'command-api' } },
  { path: '/v1/user/:id/balance', services: { get: 'query-api' } },
  { path: '/api/user/:id/balance', services: { get: 'query-api' } },
  { path: '/v1/user/:id', services: { get: 'query-api' } },
  { path: '/v1/transaction/:uid', services: { get: 'query-api' } },
  { path: '/api/transaction/:uid', services: { get: 'query-api', post: 'query-api' } },
  { path: '/v1/user', services: { post: 'command-api' } },
  { path: '/api/user', services: { post: 'command-api' } },
  { path: '/v1/events', services: { get: 'query-api' } },
  { path: '/v1/totals', services: { get: 'query-api' } },
  { path: '/v1/status', services: { get: 'query-api' } },
  { path: '/v1/accounts/:accountId/alerts/*rest', services: 'projector' },
  { path: '/v1/webhooks/*rest', services: 'projector' },
];

/** It only reads: a request to it changes nothing, whatever its method. */
export const readingService: ServiceName = 'query-api';

/** The services whose `/openapi.json` make up the gateway's. */
export const documentedServices: readonly ServiceName[] = ['command-api', 'query-api'];
