import type { GatewayRoute } from '../embedded/gateway/routes.ts';

const allMethods = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS'];

/**
 * The routes as HAProxy's map files: a path's pattern (by regular expression, the first that matches), the service of
 * `METHOD:pattern`, and the methods of a pattern for `Allow`.
 */
export function haproxyMaps(routes: readonly GatewayRoute[]): Readonly<Record<string, string>> {
  return {
    'routes.map': file(routes.map(({ path }) => [expressionOf(path), path])),
    'services.map': file(
      routes.flatMap(({ path, services }) =>
        servicesByMethod(services).map(([method, service]) => [`${method}:${path}`, service]),
      ),
    ),
    'methods.map': file(
      routes
        .filter(({ services }) => typeof services !== 'string')
        .map(({ path, services }) => [
          path,
          servicesByMethod(services)
            .map(([method]) => method)
            .join(', '),
        ]),
    ),
  };
}

function file(entries: readonly (readonly string[])[]): string {
  const lines = entries.map((entry) => entry.join(' '));
  return `# Made from deploy/embedded/gateway/routes.ts by deploy/docker/write-gateway-files.ts.\n${lines.join('\n')}\n`;
}

/** Of the path with its query. */
function expressionOf(path: string): string {
  return `^${path.replaceAll('.', '\\.').replace('/*rest', '(/[^?]*)?').replace(/:\w+/g, '[^/?]+')}/?(\\?.*)?$`;
}

function servicesByMethod(services: GatewayRoute['services']): [method: string, service: string][] {
  if (typeof services === 'string') return allMethods.map((method) => [method, services]);
  return Object.entries(services).flatMap(([method, service]): [string, string][] => [
    [method.toUpperCase(), service],
    ...(method === 'get' ? [['HEAD', service] as [string, string]] : []),
  ]);
}
