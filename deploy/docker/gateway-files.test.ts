import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ProblemName, problemKinds } from '@ledger/shared/problems';
import { expect } from 'chai';
import { type FakeService, type RunningGateway, startGateway } from '../embedded/gateway/gateway.fixture.ts';
import { gatewayRoutes } from '../embedded/gateway/routes.ts';
import { freePort } from '../embedded/ports.ts';
import { until } from '../test/until.fixture.ts';
import { gatewayFiles } from './gateway-files.ts';

const here = (name: string) => new URL(name, import.meta.url);

describe('the files of the Docker gateway', () => {
  for (const [name, content] of Object.entries(gatewayFiles())) {
    it(`${name} is what deploy/docker/write-gateway-files.ts makes`, async () => {
      expect(await readFile(here(name), 'utf8')).to.equal(content);
    });
  }
});

const installed = spawnSync('haproxy', ['-v']).status === 0;
const suite = installed ? describe : describe.skip;

suite(`HAProxy answers as the embedded gateway does${installed ? '' : ' (skipped: haproxy is not installed)'}`, () => {
  let gateway: RunningGateway;
  let folder: string;
  let haproxy: ChildProcess;
  let url: string;

  before(async () => {
    gateway = await startGateway();
    for (const [name, service] of Object.entries(gateway.services)) {
      service.handle = (request, response) => {
        request.resume();
        response.writeHead(200, { 'Content-Type': 'text/plain', 'X-Service': name, 'X-Seen-Url': request.url });
        response.end(name);
      };
    }
    folder = await mkdtemp(join(tmpdir(), 'ledger-haproxy-'));
    const port = await freePort('127.0.0.1');
    url = `http://127.0.0.1:${port}`;
    await configure(folder, port, gateway);
    haproxy = spawn('haproxy', ['-C', folder, '-f', 'haproxy.cfg', '-db'], { stdio: 'ignore' });
    await until(`${url}/readyz to be 200`, () =>
      fetch(`${url}/readyz`).then(
        ({ status }) => status === 200,
        () => false,
      ),
    );
  });

  after(async () => {
    if (haproxy.exitCode === null) {
      const ended = once(haproxy, 'exit');
      haproxy.kill('SIGTERM');
      await ended;
    }
    await gateway.close();
    await rm(folder, { recursive: true });
  });

  const ofRoutes = gatewayRoutes.map(({ path }) => path.replace('/*rest', '').replace(/:\w+/g, 'some-id'));
  const paths = [
    ...ofRoutes,
    ...ofRoutes.filter((path) => /^\/(api|v1\/(user|transaction))\b/.test(path)).map((path) => `${path}/`),
    '/api',
    '/api/user/a',
    '/API/nothing',
    '/v1/user/42/balance/?date=2023-01-04T00:00:00',
    '/v1/userx',
    '/v1/transaction/a/b',
    '/v1/webhooks/w/deliveries',
    '/v1/accounts/a/alerts/1',
    '/v1/accounts/',
    '/v1/accounts/a%2Fb/balance?at=2026-05-05T10:00:00%2B02:00',
    '/v1/accounts?limit=1',
    '/v1',
    '/v1/webhooksx',
    '/v1/transactions/a/b',
  ];
  for (const path of paths) {
    it(path, async () => {
      for (const method of ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS']) {
        const [embedded, docker] = await Promise.all([
          answerOf(gateway.url, method, path),
          answerOf(url, method, path),
        ]);
        expect(docker, method).to.deep.equal(embedded);
      }
    });
  }

  it('streams a bulk request both ways at the same time', async () => {
    gateway.services['command-api'].handle = async (request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
      for await (const chunk of request) {
        if (!response.write(chunk)) await once(response, 'drain');
      }
      response.end();
    };
    const headers = { 'Content-Type': 'application/x-ndjson' };
    const upload = httpRequest(`${url}/v1/transactions`, { method: 'POST', headers });
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const count = 200;
    const sendAll = async () => {
      for (let n = 0; n < count; n += 1) {
        if (!upload.write(chunk)) await once(upload, 'drain');
      }
      upload.end();
    };
    const sending = sendAll();
    const [answer] = (await once(upload, 'response')) as [IncomingMessage];
    let received = 0;
    for await (const part of answer) received += (part as Buffer).length;
    await sending;
    expect(received).to.equal(count * chunk.length);
  });

  it('holds a request while a service restarts', async () => {
    const { 'command-api': service } = gateway.services;
    service.handle = (request, response) => void request.resume().on('end', () => response.end('back'));
    await killNoticed(service);
    const posted = fetch(`${url}/v1/accounts`, { method: 'POST', body: '{}' });
    await fetch(`${url}/livez`);
    await service.start();
    expect(await (await posted).text()).to.equal('back');
  });

  it('sends again what is idempotent where a service breaks off; for a POST it answers 503', async () => {
    const seen: string[] = [];
    gateway.services['command-api'].handle = (request, response) => {
      if (request.url === '/readyz') return void response.end();
      seen.push(request.method ?? '');
      if (seen.length === 2) response.end('again');
      else request.on('end', () => request.socket.destroy()).resume();
    };
    const put = await fetch(`${url}/v1/accounts/a`, { method: 'PUT', body: '{}' });
    expect(await put.text()).to.equal('again');
    await expectUnanswered('POST', '/v1/accounts', 'outcome-unknown');
    const { message, detail } = await expectUnanswered('POST', '/v1/user/', 'outcome-unknown');
    expect(message).to.equal(detail).and.include('/v1/user, may open a second one');
    expect(seen).to.deep.equal(['PUT', 'PUT', 'POST', 'POST']);
  });

  it('never calls the outcome of a read unknown, be it a POST', async () => {
    gateway.services['query-api'].handle = (request, response) => {
      if (request.url === '/readyz') return void response.end();
      request.on('end', () => request.socket.destroy()).resume();
    };
    const { message, detail } = await expectUnanswered('POST', '/api/transaction/t', 'service-unavailable');
    expect(message).to.equal(detail);
  });

  it('answers 503 with Retry-After for a service that stays away', async () => {
    await killNoticed(gateway.services['command-api']);
    const [newer, older] = await Promise.all(
      ['/v1/accounts', '/v1/transaction'].map((path) => expectUnanswered('POST', path, 'service-unavailable')),
    );
    expect(newer).to.have.property('detail').and.not.have.property('message');
    expect(older?.['message']).to.equal(older?.['detail']);
  });

  /** Before it has noticed, HAProxy may send to it on a connection that is closed, and then does not wait for another. */
  async function killNoticed(service: FakeService): Promise<void> {
    await untilReadiness(200);
    await service.kill();
    await untilReadiness(503);
  }

  const untilReadiness = (wanted: number) =>
    until(`${url}/readyz to be ${wanted}`, async () => (await fetch(`${url}/readyz`)).status === wanted);

  async function expectUnanswered(method: string, path: string, kind: ProblemName): Promise<Record<string, unknown>> {
    // On a connection of its own: see the configuration.
    const [answer] = (await once(httpRequest(url + path, { method, agent: false }).end(), 'response')) as [
      IncomingMessage,
    ];
    expect([answer.statusCode, answer.headers['retry-after']]).to.deep.equal([503, '1']);
    expect(answer.headers['x-request-id']).to.be.a('string');
    const body = JSON.parse(Buffer.concat(await answer.toArray()).toString()) as Record<string, unknown>;
    expect(body).to.include({ type: `/problems/${kind}`, title: problemKinds[kind].title, status: 503 });
    expect(body['detail']).to.be.a('string');
    return body;
  }

  it('serves the front page', async () => {
    const page = await fetch(url);
    expect(page.headers.get('Content-Type')).to.equal('text/html; charset=utf-8');
    expect(await page.text()).to.equal(gatewayFiles()['front-page.html']);
  });
});

/** What a client sees of an answer that may differ by route. */
async function answerOf(origin: string, method: string, path: string) {
  const answer = await fetch(origin + path, { method });
  const type = answer.headers.get('Content-Type')?.replace(/;.*/, '');
  const problem = type === 'application/problem+json' && method !== 'HEAD' ? await answer.json() : undefined;
  const { title, detail, message } = (problem ?? {}) as Partial<Record<'title' | 'detail' | 'message', string>>;
  return {
    status: answer.status,
    service: answer.headers.get('X-Service'),
    url: answer.headers.get('X-Seen-Url'),
    allow: answer.headers.get('Allow'),
    type,
    title,
    // The gateways' details differ.
    message: message === detail ? 'as detail' : message,
  };
}

/** The configuration as it is, but for its port, the addresses of the services, and its patience. */
async function configure(folder: string, port: number, { services }: RunningGateway): Promise<void> {
  let conf = await readFile(here('haproxy.cfg'), 'utf8');
  const replace = (from: string, to: string) => {
    expect(conf).to.include(from);
    conf = conf.replaceAll(from, to);
  };
  replace('command-api:8081', new URL(services['command-api'].url).host);
  replace('query-api:8082', new URL(services['query-api'].url).host);
  replace('projector:8083', new URL(services.projector.url).host);
  // Once a second.
  replace('retries 10', 'retries 3');
  replace('bind :8080', `bind 127.0.0.1:${port}`);
  await writeFile(join(folder, 'haproxy.cfg'), conf);
  for (const [name, content] of Object.entries(gatewayFiles())) await writeFile(join(folder, name), content);
}
