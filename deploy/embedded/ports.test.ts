import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect } from 'chai';
import { freePort, requirePorts } from './ports.ts';
import { StartError } from './start-error.ts';

const host = '127.0.0.1';

async function problemsOf(check: Promise<void>): Promise<readonly string[]> {
  try {
    await check;
  } catch (error) {
    if (error instanceof StartError) return error.lines;
    throw error;
  }
  return [];
}

describe('the ports that a start needs', () => {
  it('have a line for each that is taken, naming its variable', async () => {
    const owner = createServer().listen(0, host);
    await once(owner, 'listening');
    const address = owner.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const wanted = [
      { variable: 'GATEWAY_PORT', host, port },
      { variable: 'PROJECTOR_PORT', host, port: 0 },
      { variable: 'QUERY_API_PORT', host, port },
    ];
    const problems = await problemsOf(requirePorts(wanted, { waitMs: 0 }));
    owner.close();
    expect(problems).to.deep.equal([
      `GATEWAY_PORT=${port}: the port is taken on 127.0.0.1; set GATEWAY_PORT to another (0 takes a free one)`,
      `QUERY_API_PORT=${port}: the port is taken on 127.0.0.1; set QUERY_API_PORT to another (0 takes a free one)`,
    ]);
  });

  it('are waited for while a former owner is ending', async () => {
    const port = await freePort(host);
    const owner = createServer().listen(port, host);
    await once(owner, 'listening');
    const check = problemsOf(requirePorts([{ variable: 'GATEWAY_PORT', host, port }], { waitMs: 5_000 }));
    owner.close();
    expect(await check).to.deep.equal([]);
  });

  it('name HOST, once, where it is not an address of this machine', async () => {
    const elsewhere = ['GATEWAY_PORT', 'QUERY_API_PORT'].map((variable) => ({ variable, host: '192.0.2.1', port: 0 }));
    const problems = await problemsOf(requirePorts(elsewhere, { waitMs: 0 }));
    expect(problems).to.have.length(1);
    expect(problems[0]).to.match(/^HOST=192\.0\.2\.1: cannot listen on that address/);
  });
});
