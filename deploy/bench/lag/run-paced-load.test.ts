import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { failure } from '../../test/failure.fixture.ts';
import { runPacedLoad } from './run-paced-load.ts';

describe('a paced load', () => {
  const servers: Server[] = [];
  let status: number;
  /** By its account. */
  let sent: Map<string, number>;
  let reads: string[];
  /** How many reads of one account do not show its newest command yet. */
  let behindFor: number;

  async function listen(handle: RequestListener): Promise<number> {
    const server = createServer(handle);
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  const answer = (body: object): [string, { 'Content-Length': number }] => {
    const text = JSON.stringify(body);
    return [text, { 'Content-Length': Buffer.byteLength(text) }];
  };

  beforeEach(() => {
    status = 201;
    sent = new Map();
    reads = [];
    behindFor = 0;
  });

  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  });

  const accountIn = (url: string | undefined) => url?.split('/')[3] ?? '';

  async function run() {
    const commandPort = await listen((request, response) => {
      request.resume().once('end', () => {
        const account = accountIn(request.url);
        const revision = (sent.get(account) ?? 1) + 1;
        sent.set(account, revision);
        const [text, head] = answer({ revision });
        response.writeHead(status, head).end(text);
      });
    });
    const queryPort = await listen((request, response) => {
      const account = accountIn(request.url);
      reads.push(account);
      const isBehind = reads.filter((one) => one === account).length <= behindFor;
      const [text, head] = answer({ revision: isBehind ? 1 : sent.get(account) });
      response.writeHead(200, head).end(text);
    });
    const order = { commandPort, queryPort, accounts: 1_000, perSecond: 500, warmUpMs: 100, measureMs: 300 };
    return runPacedLoad(order);
  }

  it('sends all that is due, and follows a few in a hundred of those that are measured', async () => {
    const { commands, acknowledged, latenciesMs, lagsMs, reads: counted } = await run();
    expect(commands).to.equal(200);
    expect(acknowledged.transactions.reduce((sum, count) => sum + count)).to.equal(200);
    expect(latenciesMs).to.have.length(150);
    // Every 25th, from number 50 on.
    expect(lagsMs).to.have.length(6);
    expect(counted).to.equal(6).and.to.equal(reads.length);
  });

  it('reads an account until it shows the command', async () => {
    // The last one is followed for longer than commands are sent.
    behindFor = 10;
    const { lagsMs, reads: counted } = await run();
    expect(lagsMs).to.have.length(6);
    expect(counted).to.equal(reads.length);
    expect(new Set(reads).size).to.equal(6);
    expect(reads).to.have.length(66);
  });

  it('fails where a command is not accepted', async () => {
    status = 503;
    expect(String(await failure(run()))).to.contain('was answered 503 in place of 201');
  });
});
