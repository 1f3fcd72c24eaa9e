import { frontPage } from '../embedded/gateway/front-page.ts';
import { gatewayRoutes } from '../embedded/gateway/routes.ts';
import { haproxyMaps } from './haproxy-maps.ts';

/** The files beside this one that are made from the embedded gateway's sources, by name. */
export function gatewayFiles(): Readonly<Record<string, string>> {
  return {
    ...haproxyMaps(gatewayRoutes),
    'front-page.html': frontPage([
      { href: '/openapi/command-api.json', what: 'the commands, as an OpenAPI document' },
      { href: '/openapi/query-api.json', what: 'the queries, as an OpenAPI document' },
      { href: '/v1/status', what: 'how far the read model has come' },
      { href: '/problems', what: 'every error, and what to do about it' },
      { href: '/readyz', what: 'whether all services are ready' },
    ]),
  };
}
