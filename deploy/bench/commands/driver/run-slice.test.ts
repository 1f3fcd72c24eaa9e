import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { failure } from '../../../test/failure.fixture.ts';
import type { Workload } from '../workloads.ts';
import { runSlice } from './run-slice.ts';
import { singleClient } from './single-client.ts';

interface Arrived {
  readonly url: string;
  readonly body: string;
}

/** Undefined: the connection is closed. */
type Answer = readonly [status: number, body: string] | undefined;

describe('a slice of load', () => {
  let server: Server;
  let arrived: Arrived[];
  let answer: (request: Arrived, before: readonly Arrived[]) => Answer;
  let connections: number;

  beforeEach(async () => {
    arrived = [];
    connections = 0;
    answer = () => [201, '{}'];
    server = createServer(async (request: IncomingMessage, response) => {
      const one = { url: `${request.method} ${request.url}`, body: await text(request) };
      const answered = answer(one, arrived);
      arrived.push(one);
      if (!answered) {
        request.socket.end();
        return;
      }
      const [status, body] = answered;
      response.writeHead(status, { 'Content-Length': Buffer.byteLength(body) }).end(body);
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

  const single: Workload = { name: 'x', accounts: 5, choice: 'even', copies: 1, commandsEach: 1 };
  const run = (workload: Workload) =>
    runSlice({
      port: (server.address() as AddressInfo).port,
      workload,
      connections: 3,
      slice: 's',
      warmUpMs: 20,
      measureMs: 100,
    });

  const minorOf = ({ body }: Arrived) => {
    const { type, amount } = JSON.parse(body);
    return Math.round(Number(amount) * 100) * (type === 'deposit' ? 1 : -1);
  };
  const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

  it('sends each command once over connections that stay, and adds up what was acknowledged', async () => {
    const { commands, acknowledged, perSecond, p50Ms, p99Ms } = await run(single);
    expect(connections).to.equal(3);
    expect(commands).to.equal(arrived.length);
    expect(new Set(arrived.map(({ url }) => url.split('/').at(-1))).size).to.equal(arrived.length);
    expect(sum(acknowledged.transactions)).to.equal(arrived.length);
    for (let account = 0; account < 5; account += 1) {
      const own = arrived.filter(({ url }) => url.startsWith(`PUT /v1/accounts/bench-${account}/transactions/s-`));
      expect(acknowledged.transactions[account]).to.equal(own.length);
      expect(acknowledged.deltaMinor[account]).to.equal(sum(own.map(minorOf)));
    }
    expect(perSecond).to.be.above(0);
    expect(p99Ms).to.be.at.least(p50Ms);
  });

  it('sends each command twice where that is the workload, and counts its effect once', async () => {
    const isKnown = (one: Arrived, before: readonly Arrived[]) => before.some(({ url }) => url === one.url);
    answer = (one, before) => [isKnown(one, before) ? 200 : 201, '{}'];
    const { commands, acknowledged } = await run({ ...single, copies: 2 });
    const times = new Map<string, number>();
    for (const { url, body } of arrived) times.set(url + body, (times.get(url + body) ?? 0) + 1);
    expect(new Set(times.values())).to.deep.equal(new Set([2]));
    expect(commands).to.equal(arrived.length);
    expect(sum(acknowledged.transactions)).to.equal(arrived.length / 2);
  });

  it('sends many commands in one request where that is the workload', async () => {
    const lines = (body: string) => body.trimEnd().split('\n');
    answer = ({ body }) => [
      200,
      lines(body)
        .map((_, i) => `{"line":${i + 1},"status":201,"replayed":false}\n`)
        .join(''),
    ];
    const { commands, acknowledged } = await run({ ...single, commandsEach: 50 });
    expect(new Set(arrived.map(({ url }) => url))).to.deep.equal(new Set(['POST /v1/transactions']));
    const sent = arrived.flatMap(({ body }) => lines(body));
    expect(commands)
      .to.equal(sent.length)
      .and.to.equal(arrived.length * 50);
    expect(sum(acknowledged.deltaMinor)).to.equal(sum(sent.map((body) => minorOf({ url: '', body }))));
  });

  it('fails with the first answer that is not the right one', async () => {
    answer = (_, before) => (before.length < 20 ? [201, '{}'] : [503, '{"title":"too much"}']);
    expect(String(await failure(run(single)))).to.match(/answered 503 in place of 201: {"title":"too much"}/);
    answer = () => [201, '{}'];
    expect(String(await failure(run({ ...single, copies: 2 })))).to.contain('answered 201 in place of 200');
    answer = () => [200, '{"line":1,"status":201,"replayed":false}\n{"line":2,"status":409,"replayed":false}\n'];
    expect(String(await failure(run({ ...single, commandsEach: 2 })))).to.contain('"status":409');
  });

  it('fails where the service goes away', async () => {
    answer = (_, before) => (before.length < 20 ? [201, '{}'] : undefined);
    expect(String(await failure(run(single)))).to.contain('closed the connection');
  });

  it('fails where the connection was closed between two requests', async () => {
    const { port } = server.address() as AddressInfo;
    const client = await singleClient(port);
    const command = { account: 1, transactionId: 't', type: 'deposit', amountMinor: 1 } as const;
    await client.send([command], 201);
    server.closeAllConnections();
    // When this one has its answer, the end of the other has come, too.
    await (await singleClient(port)).send([command], 201);
    expect(String(await failure(client.send([command], 201)))).to.match(/closed the connection|ECONNRESET|EPIPE/);
  });
});
