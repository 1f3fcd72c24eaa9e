import type { IncomingMessage } from 'node:http';

/** Those that concern one connection alone (RFC 9110 section 7.6.1), and `Expect`, which this server has answered. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

/** Set here, from what this gateway knows. */
const replaced = new Set(['host', 'x-request-id', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host']);

/**
 * The headers of a request as they go on to a service, name and value in turn: without those of the connection, with
 * `X-Request-Id` and `X-Forwarded-*`.
 */
export function requestHeaders(request: IncomingMessage, requestId: string): string[] {
  const { headers, rawHeaders } = request;
  const named = namedByConnection(headers.connection);
  const forwarded: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] as string).toLowerCase();
    if (hopByHop.has(name) || replaced.has(name) || named?.has(name)) continue;
    forwarded.push(name, rawHeaders[at + 1] as string);
  }
  const before = headers['x-forwarded-for'];
  const client = request.socket.remoteAddress ?? 'unknown';
  forwarded.push('x-request-id', requestId, 'x-forwarded-for', before ? `${String(before)}, ${client}` : client);
  forwarded.push('x-forwarded-proto', String(headers['x-forwarded-proto'] ?? 'http'));
  const host = headers['x-forwarded-host'] ?? headers.host;
  if (host !== undefined) forwarded.push('x-forwarded-host', String(host));
  return forwarded;
}

/** The headers of a service's answer as they go on to the client. */
export function responseHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string | string[]> {
  const named = namedByConnection(headers['connection']);
  const forwarded: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !hopByHop.has(name) && !named?.has(name)) forwarded[name] = value;
  }
  return forwarded;
}

/** `Connection` also lists further headers of the connection; mostly it says `keep-alive` or `close` only. */
function namedByConnection(connection: string | string[] | undefined): Set<string> | undefined {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return undefined;
  return new Set(
    String(connection)
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  );
}
