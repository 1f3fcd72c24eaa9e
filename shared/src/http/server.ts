import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messagesFor } from './express-messages.ts';
import { answerUnreadableRequests, readableRequests } from './unreadable-request.ts';

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
  const server = createServer(
    {
      ...messagesFor(handler),
      keepAliveTimeout: 65_000,
      // Node would cut off a request that has not ended after five minutes; a streamed one may take as long as it needs.
      requestTimeout: 0,
      // Said because Node takes the other's 0 for this one too.
      headersTimeout: 60_000,
      // Missed by a handler of ours, which says so in a problem.
      requireHostHeader: false,
    },
    readableRequests(handler),
  );
  answerUnreadableRequests(server);
  // Every expectation but 100-continue is ignored, as RFC 9110 section 10.1.1 allows.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
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
