import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { expect } from 'chai';
import { until } from '../../test/until.fixture.ts';
import { bodyOf, echo, type RunningGateway, startGateway } from './gateway.fixture.ts';

const json = { 'Content-Type': 'application/json' };

describe('the gateway passes requests on, and', () => {
  let gateway: RunningGateway;

  beforeEach(async () => {
    gateway = await startGateway();
    echo(gateway);
  });

  afterEach(() => gateway.close());

  /** Time for what was asked before to come as far as it can: the gateway has answered `count` requests since. */
  async function otherRequests(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) await (await fetch(`${gateway.url}/livez`)).text();
  }

  it('streams both ways at the same time', async () => {
    gateway.services['command-api'].handle = async (request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
      for await (const chunk of request) response.write(`got ${chunk}`);
      response.end('end\n');
    };
    const upload = httpRequest(`${gateway.url}/v1/transactions`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-ndjson' },
    });
    upload.write('1\n');
    const [answer] = (await once(upload, 'response')) as [IncomingMessage];
    let text = '';
    answer.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    await until('the answer to line 1, before line 2 is sent', () => text === 'got 1\n');
    upload.write('2\n');
    await until('the answer to line 2, before the end is sent', () => text === 'got 1\ngot 2\n');
    upload.end();
    await once(answer, 'end');
    expect(text).to.equal('got 1\ngot 2\nend\n');
  });

  it('does not run ahead of a client that reads slowly', async () => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    let written = 0;
    let blocked = false;
    gateway.services['query-api'].handle = (_request, response) => {
      const writeOn = () => {
        while (response.write(chunk)) written += chunk.length;
        blocked = true;
      };
      response.on('drain', writeOn);
      writeOn();
    };
    const download = httpRequest(`${gateway.url}/v1/status`).end();
    const [answer] = (await once(download, 'response')) as [IncomingMessage];
    answer.pause();
    await otherRequests(50);
    expect(blocked, 'the service had to wait').to.equal(true);
    expect(written).to.be.lessThan(64 * 1024 * 1024);
    download.destroy();
  });

  it('passes on an answer that comes before the request has ended', async () => {
    gateway.services['command-api'].handle = (_request, response) => void response.writeHead(415, json).end('{"no":1}');
    const upload = httpRequest(`${gateway.url}/v1/transactions`, { method: 'POST' });
    upload.on('error', () => upload.destroy());
    upload.write('x'.repeat(1_000_000));
    const [answer] = (await once(upload, 'response')) as [IncomingMessage];
    expect(answer.statusCode).to.equal(415);
    expect(await bodyOf(answer)).to.equal('{"no":1}');
    upload.destroy();
  });

  describe('while a service is away', () => {
    it('holds a request until it is back, and sends it then', async () => {
      const { 'command-api': service } = gateway.services;
      await service.kill();
      const posted = fetch(`${gateway.url}/v1/transactions`, { method: 'POST', headers: json, body: '[1]' });
      const streamed = fetch(`${gateway.url}/v1/transactions`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-ndjson' },
        body: '{}\n',
      });
      await otherRequests(10);
      await service.start();
      expect(await (await posted).json()).to.include({ name: 'command-api', body: '[1]' });
      expect(await (await streamed).json()).to.include({ name: 'command-api', body: '{}\n' });
    });

    it('answers 503 with Retry-After when it stays away', async () => {
      await gateway.close();
      gateway = await startGateway({ holdMs: 100, answerTimeoutMs: 5_000 });
      await gateway.services['command-api'].kill();
      const answer = await fetch(`${gateway.url}/v1/accounts`, { method: 'POST', headers: json, body: '{}' });
      expect(answer.status).to.equal(503);
      expect(answer.headers.get('Retry-After')).to.equal('1');
      const problem = await answer.json();
      expect(problem).to.include({ type: '/problems/service-unavailable' }).and.not.have.property('message');
      const older = await fetch(`${gateway.url}/api/transaction/`, { method: 'PUT', headers: json, body: '{}' });
      expect(older.status).to.equal(503);
      const { detail, message } = (await older.json()) as Record<'detail' | 'message', string>;
      expect(detail).to.equal('command-api does not answer now');
      expect(message).to.equal(detail);
    });
  });

  describe('when a service breaks off before it answers', () => {
    /** Breaks off the first `times` requests, then answers. */
    function breakOff(name: 'command-api' | 'query-api', times: number): () => number {
      let count = 0;
      const answer = gateway.services[name].handle;
      gateway.services[name].handle = (request, response) => {
        count += 1;
        if (count > times) answer(request, response);
        else request.on('end', () => request.socket.destroy()).resume();
      };
      return () => count;
    }

    it('sends a GET again', async () => {
      const count = breakOff('query-api', 1);
      expect((await fetch(`${gateway.url}/v1/status`)).status).to.equal(200);
      expect(count()).to.equal(2);
    });

    it('sends a PUT again, with its body', async () => {
      const count = breakOff('command-api', 2);
      const answer = await fetch(`${gateway.url}/v1/accounts/a`, {
        method: 'PUT',
        headers: json,
        body: '{"name":"A"}',
      });
      expect(await answer.json()).to.include({ body: '{"name":"A"}' });
      expect(count()).to.equal(3);
    });

    it('gives up a PUT that it breaks off again and again', async () => {
      const count = breakOff('command-api', 1_000);
      const answer = await fetch(`${gateway.url}/v1/accounts/a`, { method: 'PUT', headers: json, body: '{}' });
      expect(await answer.json()).to.include({ status: 503, type: '/problems/outcome-unknown' });
      expect(count()).to.equal(4);
    });

    it('never sends a POST again, and says what repeating it does', async () => {
      const count = breakOff('command-api', 1_000);
      const post = async (path: string, headers: Record<string, string>) => {
        const answer = await fetch(gateway.url + path, { method: 'POST', headers, body: '{}' });
        return (await answer.json()) as { type: string; detail: string; message?: string };
      };
      const opened = await post('/v1/accounts', json);
      expect(opened.type).to.equal('/problems/outcome-unknown');
      expect(opened.detail).to.include('may open a second one');
      expect((await post('/v1/accounts', { ...json, 'Idempotency-Key': 'k' })).detail).to.include('Idempotency-Key');
      expect((await post('/v1/transactions', json)).detail).to.include('at most once');
      expect(count()).to.equal(3);

      for (const [path, advice] of [
        ['/v1/transaction', 'the very same transaction again'],
        ['/v1/transaction/', 'the very same transaction again'],
        ['/v1/user', 'may open a second user'],
        ['/api/user/', 'an id is one user'],
      ] as const) {
        const { type, detail, message } = await post(path, json);
        expect(type, path).to.equal('/problems/outcome-unknown');
        expect(detail, path).to.include(advice);
        expect(message, path).to.equal(detail);
      }
    });

    it('knows that a POST to query-api has done nothing, and does not send it again either', async () => {
      const count = breakOff('query-api', 1_000);
      const answer = await fetch(`${gateway.url}/api/transaction/t/`, { method: 'POST' });
      expect(await answer.json()).to.include({ status: 503, type: '/problems/service-unavailable' });
      expect(count()).to.equal(1);
    });
  });

  it('breaks off an answer that the service breaks off', async () => {
    let socket: IncomingMessage['socket'] | undefined;
    gateway.services['query-api'].handle = (request, response) => {
      socket = request.socket;
      response.write('half');
    };
    const answer = await fetch(`${gateway.url}/v1/status`);
    socket?.destroy();
    const failure = await answer.text().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).to.be.instanceOf(Error);
  });

  describe('when the client goes away', () => {
    async function leaveDuring(method: string, path: string, service: 'command-api' | 'query-api') {
      let answer: ServerResponse | undefined;
      let request: IncomingMessage | undefined;
      let closed = false;
      gateway.services[service].handle = (incoming, response) => {
        request = incoming.resume();
        answer = response;
        response.on('close', () => {
          closed = true;
        });
      };
      const client = httpRequest(gateway.url + path, { method, headers: { ...json, 'Content-Length': '2' } });
      client.on('error', () => client.destroy());
      client.end('{}');
      await until('the request to arrive', () => answer !== undefined && request?.complete === true);
      client.destroy();
      return { answer: answer as ServerResponse, isClosed: () => closed };
    }

    it('breaks a read off', async () => {
      const { isClosed } = await leaveDuring('GET', '/v1/status', 'query-api');
      await until('the service to see the end', isClosed);
    });

    it('lets a command go on', async () => {
      const { answer, isClosed } = await leaveDuring('PUT', '/v1/accounts/a', 'command-api');
      const seen = /http_request_duration_seconds_count\{[^}]*method="PUT"/;
      for (let text = ''; !seen.test(text); ) text = await (await fetch(`${gateway.url}/metrics`)).text();
      expect(isClosed(), 'broken off when the gateway saw its client leave').to.equal(false);
      answer.end('{}');
      await until('the answer to be taken', isClosed);
      expect(answer.writableFinished).to.equal(true);
    });
  });
});
