import type { IRouter, RequestHandler } from 'express';
import { Problem } from '../problems.ts';

type Method = 'get' | 'put' | 'post' | 'delete';

/**
 * Adds one path with its methods to a router; any other method is answered 405 with `Allow` (RFC 9110 section 15.5.6).
 * A path with `get` also takes HEAD.
 */
export function route(
  router: IRouter,
  path: string,
  methods: Partial<Record<Method, RequestHandler[] | RequestHandler>>,
) {
  const target = router.route(path);
  const allowed: string[] = [];
  for (const [method, handlers] of Object.entries(methods) as [Method, RequestHandler[] | RequestHandler][]) {
    target[method](...[handlers].flat());
    allowed.push(method.toUpperCase());
    if (method === 'get') allowed.push('HEAD');
  }
  target.all(function methodNotAllowed(request, response) {
    response.setHeader('Allow', allowed.join(', '));
    if (request.method === 'OPTIONS') {
      response.sendStatus(204);
      return;
    }
    throw new Problem('method-not-allowed', `${request.path} takes ${allowed.join(', ')}, not ${request.method}`);
  });
}
