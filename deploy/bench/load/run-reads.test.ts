import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { failure } from '../../test/failure.fixture.ts';
import { runReads } from './run-reads.ts';
import { cpuUsOfEach, servingUs } from './sample.ts';

describe('a slice of reads', () => {
  let server: Server;
  let asked: string[];
  let connections: number;
  let status: number;

  beforeEach(async () => {
    asked = [];
    connections = 0;
    status = 200;
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(status, { 'Content-Length': 2 }).end('{}');
    });
    server.on('connection', () => {
      connections += 1;
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  const run = () =>
    runReads({
      port: (server.address() as AddressInfo).port,
      paths: ['/a', '/b?at=2025-01-01T00:00:00.000Z', '/c'],
      connections: 2,
      warmUpMs: 10,
      measureMs: 50,
    });

  it('asks for one path after another, over connections that stay', async () => {
    const { answers, perSecond, p50Ms, p99Ms } = await run();
    expect(connections).to.equal(2);
    expect(answers).to.equal(asked.length);
    const [first, second, third] = ['GET /a', 'GET /b?at=2025-01-01T00:00:00.000Z', 'GET /c'];
    const times = [first, second, third].map((one) => asked.filter((other) => other === one).length);
    expect(Math.max(...times) - Math.min(...times)).to.be.at.most(1);
    expect(times.reduce((sum, some) => sum + some)).to.equal(asked.length);
    expect(perSecond).to.be.above(0);
    expect(p99Ms).to.be.at.least(p50Ms);
  });

  it('fails where an answer is not 200', async () => {
    status = 404;
    expect(String(await failure(run()))).to.contain('/a was answered 404: {}');
  });
});

describe('CPU time of a slice', () => {
  it('is told for each answer, and is unknown where a process does not tell', () => {
    const cpu = [
      { name: 'a', ms: 50 },
      { name: 'b', ms: undefined },
      { name: 'driver', ms: 10 },
    ];
    expect(cpuUsOfEach(cpu, 100)).to.deep.equal({ a: 500, b: undefined, driver: 100 });
  });

  it('is summed over all that serves, and not the driver', () => {
    expect(servingUs({ cpuUs: { a: 1, b: 2, driver: 40 } })).to.equal(3);
    expect(servingUs({ cpuUs: { a: 1, b: undefined, driver: 40 } })).to.equal(undefined);
  });
});
