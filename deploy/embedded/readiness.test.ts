import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { untilReady } from './readiness.ts';

describe('waiting until all is ready', () => {
  it('says what is still missing, in words', async () => {
    const problem = {
      type: '/problems/service-unavailable',
      status: 503,
      detail: 'projector: "PostgreSQL"',
      missing: [],
    };
    let ready = false;
    const server = createServer((_request, response) => {
      if (ready) response.end();
      else response.writeHead(503).end(JSON.stringify(problem));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const said: string[] = [];
    const say = (line: string) => {
      said.push(line);
      ready = true;
    };
    await untilReady(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, say, 0);
    server.close();
    server.closeAllConnections();
    expect(said).to.deep.equal(['still starting: projector: "PostgreSQL"']);
  });
});
