import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RunningServer {
  readonly port: number;
  /** Takes no new connections, lets the requests in flight finish for at most `drainTimeoutMs`, then closes the rest. */
  close(drainTimeoutMs: number): Promise<void>;
}

/**
 * Listens on `port` of `host`; port 0 takes a free one.
 * @throws the listen error, with `code` EADDRINUSE, EACCES or EADDRNOTAVAIL.
 */
export async function listen(handler: RequestListener, host: string, port: number): Promise<RunningServer> {
  // Node would cut off a request that has not ended after five minutes; a streamed one may take as long as it needs.
  const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 0 }, handler);
  server.listen(port, host);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: (drainTimeoutMs) => drain(server, drainTimeoutMs) };
}

async function drain(server: Server, drainTimeoutMs: number): Promise<void> {
  server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'));
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), drainTimeoutMs);
  await closed;
  clearTimeout(timer);
}
