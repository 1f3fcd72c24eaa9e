import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createMetrics } from '@ledger/shared/http/metrics';
import { listen } from '@ledger/shared/http/server';
import { createLog } from '@ledger/shared/log';
import { createGatewayApp } from './app.ts';
import { proxyTo } from './proxy.ts';
import type { ServiceName } from './routes.ts';
import { createUpstream } from './upstream.ts';

/** A service that a test plays; it can be killed and come back on its port. */
export interface FakeService {
  readonly url: string;
  handle: RequestListener;
  start(): Promise<void>;
  /** Ends it as a crash would: every connection is cut. */
  kill(): Promise<void>;
}

export async function fakeService(): Promise<FakeService> {
  let server: Server | undefined;
  let port = 0;
  const service: FakeService = {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    handle: (_request, response) => void response.writeHead(200).end('{}'),
    async start() {
      server = createServer((request, response) => service.handle(request, response));
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      port = (server.address() as AddressInfo).port;
    },
    async kill() {
      if (!server) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      server = undefined;
      await closed;
    },
  };
  await service.start();
  return service;
}

export interface RunningGateway {
  readonly url: string;
  readonly port: number;
  readonly services: Readonly<Record<ServiceName, FakeService>>;
  close(): Promise<void>;
}

/** A gateway in this process, in front of three services that the test plays. */
export async function startGateway(timeouts = { holdMs: 5_000, answerTimeoutMs: 5_000 }): Promise<RunningGateway> {
  const services = {
    'command-api': await fakeService(),
    'query-api': await fakeService(),
    projector: await fakeService(),
  };
  const upstreams = {
    'command-api': createUpstream('command-api', services['command-api'].url),
    'query-api': createUpstream('query-api', services['query-api'].url),
    projector: createUpstream('projector', services.projector.url),
  };
  const app = createGatewayApp({
    log: createLog('gateway', 'silent'),
    metrics: createMetrics('gateway'),
    upstreams,
    proxy: (upstream) => proxyTo(upstream, timeouts),
  });
  const server = await listen(app, '127.0.0.1', 0);
  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port,
    services,
    async close() {
      await server.close(0);
      await Promise.all(Object.values(upstreams).map((upstream) => upstream.close()));
      await Promise.all(Object.values(services).map((service) => service.kill()));
    },
  };
}

/** A connection on which a test writes its request by hand, and sees every byte of the answer. */
export function rawConnection(port: number): { readonly socket: Socket; received(): string } {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString();
  });
  return { socket, received: () => text };
}

/** Makes the services answer with what they were asked. */
export function echo(gateway: RunningGateway): void {
  for (const [name, service] of Object.entries(gateway.services)) {
    service.handle = async (request, response) => {
      const body = await bodyOf(request);
      const seen = { name, method: request.method, url: request.url, headers: request.headers, body };
      const text = JSON.stringify(seen);
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': text.length }).end(text);
    };
  }
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
