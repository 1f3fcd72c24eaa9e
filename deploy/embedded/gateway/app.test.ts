import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect } from 'chai';
import { echo, type RunningGateway, rawConnection, startGateway } from './gateway.fixture.ts';

const json = { 'Content-Type': 'application/json' };

describe('the gateway', () => {
  let gateway: RunningGateway;

  beforeEach(async () => {
    gateway = await startGateway();
    echo(gateway);
  });

  afterEach(() => gateway.close());

  describe('routes by method and path', () => {
    const routed = [
      ['POST', '/v1/accounts', 'command-api'],
      ['PUT', '/v1/accounts/a', 'command-api'],
      ['PUT', '/v1/accounts/a/transactions/t', 'command-api'],
      ['POST', '/v1/transactions', 'command-api'],
      ['GET', '/v1/accounts?limit=3', 'query-api'],
      ['GET', '/v1/accounts/a', 'query-api'],
      ['GET', '/v1/accounts/a/balance?at=2026-05-05T00:00:00%2B02:00', 'query-api'],
      ['GET', '/v1/accounts/a/transactions', 'query-api'],
      ['GET', '/v1/accounts/a/transactions.csv?from=2026-05-05', 'query-api'],
      ['GET', '/v1/accounts/a/transactions/t', 'query-api'],
      ['GET', '/v1/transactions/t', 'query-api'],
      ['GET', '/v1/events', 'query-api'],
      ['GET', '/v1/totals', 'query-api'],
      ['GET', '/v1/status', 'query-api'],
      ['POST', '/v1/user', 'command-api'],
      ['POST', '/v1/transaction', 'command-api'],
      ['POST', '/api/user', 'command-api'],
      ['PUT', '/api/transaction', 'command-api'],
      ['GET', '/v1/user/42?date=2023-01-04%2000:00:00', 'query-api'],
      ['GET', '/v1/user/42/balance', 'query-api'],
      ['GET', '/v1/transaction/t', 'query-api'],
      ['GET', '/api/user/a/balance', 'query-api'],
      ['GET', '/api/transaction/t', 'query-api'],
      ['POST', '/api/transaction/t', 'query-api'],
      ['POST', '/v1/user/', 'command-api'],
      ['POST', '/v1/transaction/', 'command-api'],
      ['POST', '/api/user/', 'command-api'],
      ['PUT', '/api/transaction/', 'command-api'],
      ['GET', '/v1/user/42/', 'query-api'],
      ['GET', '/v1/user/42/balance/', 'query-api'],
      ['GET', '/v1/transaction/t/', 'query-api'],
      ['GET', '/api/user/a/balance/?ts=2023-01-04', 'query-api'],
      ['GET', '/api/transaction/t/', 'query-api'],
      ['POST', '/api/transaction/t/', 'query-api'],
      ['GET', '/v1/webhooks', 'projector'],
      ['DELETE', '/v1/webhooks/w/deliveries', 'projector'],
      ['POST', '/v1/accounts/a/alerts', 'projector'],
    ] as const;
    for (const [method, path, service] of routed) {
      it(`${method} ${path} to ${service}`, async () => {
        const answer = await fetch(gateway.url + path, { method });
        expect(await answer.json()).to.include({ name: service, method, url: path });
      });
    }

    const refused = [
      ['GET', '/v1/transactions', 'POST'],
      ['DELETE', '/v1/accounts/x/balance', 'GET, HEAD'],
      ['DELETE', '/v1/accounts/x', 'GET, HEAD, PUT'],
      ['PATCH', '/v1/accounts', 'GET, HEAD, POST'],
      ['POST', '/openapi.json', 'GET, HEAD'],
      ['PUT', '/v1/user', 'POST'],
      ['POST', '/api/transaction', 'PUT'],
      ['PUT', '/api/transaction/t/', 'GET, HEAD, POST'],
    ] as const;
    for (const [method, path, allow] of refused) {
      it(`${method} ${path} is 405, with what both services take in Allow`, async () => {
        const answer = await fetch(gateway.url + path, { method });
        expect(answer.status).to.equal(405);
        expect(answer.headers.get('Allow')).to.equal(allow);
        expect(answer.headers.get('Content-Type')).to.include('application/problem+json');
      });
    }

    it('an unknown path is a problem', async () => {
      const answer = await fetch(`${gateway.url}/v1/nothing`);
      expect(answer.status).to.equal(404);
      expect(await answer.json()).to.include({ type: '/problems/not-found' });
    });

    for (const [method, path, status] of [
      ['GET', '/api/nothing', 404],
      ['DELETE', '/v1/user/42', 405],
      ['POST', '/v1/transaction/t', 405],
      ['GET', '/v1/userx', 404],
      ['DELETE', '/v1/accounts/x', 405],
    ] as const) {
      const isOlder = !/userx|accounts/.test(path);
      it(`${method} ${path} is a problem ${isOlder ? 'with' : 'without'} a message`, async () => {
        const answer = await fetch(gateway.url + path, { method });
        expect(answer.status).to.equal(status);
        const { detail, message } = (await answer.json()) as Record<'detail' | 'message', string>;
        expect(message).to.equal(isOlder ? detail : undefined);
      });
    }
  });

  it('passes headers on, without those of the connection', async () => {
    const connection = rawConnection(gateway.port);
    connection.socket.write(
      'GET /v1/status HTTP/1.1\r\nHost: ledger.test\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nTE: trailers\r\n' +
        'X-Request-Id: mine\r\nX-Forwarded-For: 10.0.0.1\r\ntraceparent: tp\r\nAccept: text/csv\r\n\r\n',
    );
    await once(connection.socket, 'close');
    const [head = '', body = ''] = connection.received().split('\r\n\r\n');
    const { headers } = JSON.parse(body) as { headers: Record<string, string> };
    expect(headers).to.include({
      'x-request-id': 'mine',
      'x-forwarded-for': '10.0.0.1, 127.0.0.1',
      'x-forwarded-host': 'ledger.test',
      'x-forwarded-proto': 'http',
      traceparent: 'tp',
      accept: 'text/csv',
    });
    expect(headers).not.to.have.any.keys('x-hop', 'te');
    expect(head).to.match(/^x-request-id: mine$/im);
  });

  it('makes a request id that the service gets and the client too', async () => {
    const answer = await fetch(`${gateway.url}/v1/status`);
    const { headers } = (await answer.json()) as { headers: Record<string, string> };
    expect(headers['x-request-id']).to.match(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('X-Request-Id')).to.equal(headers['x-request-id']);
  });

  describe('has pages of its own', () => {
    it('/ says what this is', async () => {
      const page = await (await fetch(gateway.url)).text();
      for (const link of ['/openapi.json', '/v1/status', '/problems', '/readyz', '/metrics']) {
        expect(page).to.include(`href="${link}"`);
      }
    });

    it('/readyz names the services that are not ready', async () => {
      expect((await fetch(`${gateway.url}/readyz`)).status).to.equal(200);
      await gateway.services.projector.kill();
      gateway.services['query-api'].handle = (_request, response) =>
        void response.writeHead(503, json).end('{"detail":"no database"}');
      const answer = await fetch(`${gateway.url}/readyz`);
      expect(answer.status).to.equal(503);
      expect(((await answer.json()) as { missing: string[] }).missing).to.deep.equal([
        'query-api: no database',
        'projector: does not answer',
      ]);
    });

    it('/metrics counts by route', async () => {
      await (await fetch(`${gateway.url}/v1/accounts/some/balance`)).text();
      const text = await (await fetch(`${gateway.url}/metrics`)).text();
      expect(text).to.include('route="/v1/accounts/:accountId/balance"');
    });

    it('/openapi.json is both services’ documents, asked again only after a restart', async () => {
      let asked = 0;
      const serve = (path: string, version: string) => (_request: IncomingMessage, response: ServerResponse) => {
        asked += 1;
        const document = { openapi: '3.1.0', info: { title: 't', version }, paths: { [path]: { get: {} } } };
        response.writeHead(200, json).end(JSON.stringify(document));
      };
      const { 'command-api': commands, 'query-api': queries } = gateway.services;
      commands.handle = serve('/c', '1');
      queries.handle = serve('/q', '1');
      const paths = async () => {
        const answer = await fetch(`${gateway.url}/openapi.json`);
        return Object.keys(((await answer.json()) as { paths: object }).paths);
      };
      expect(await paths()).to.deep.equal(['/c', '/q']);
      expect(await paths()).to.deep.equal(['/c', '/q']);
      expect(asked).to.equal(2);

      await commands.kill();
      expect(await paths(), 'the last one stands').to.deep.equal(['/c', '/q']);
      commands.handle = serve('/c2', '2');
      await commands.start();
      expect(await paths()).to.deep.equal(['/c2', '/q']);
    });

    it('/openapi.json is 503 while a service that was never asked is away', async () => {
      await gateway.services['query-api'].kill();
      gateway.services['command-api'].handle = (_request, response) =>
        void response.writeHead(200, json).end('{"openapi":"3.1.0","info":{}}');
      const answer = await fetch(`${gateway.url}/openapi.json`);
      expect(answer.status).to.equal(503);
      expect(((await answer.json()) as { detail: string }).detail).to.include('query-api');
    });
  });
});
