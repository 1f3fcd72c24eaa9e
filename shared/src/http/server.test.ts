import { Agent, get, type IncomingMessage } from 'node:http';
import { expect } from 'chai';
import { listen } from './server.ts';

const ask = (port: number, agent: Agent) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    get({ port, host: '127.0.0.1', agent }, resolve).on('error', reject);
  });

describe('a server that closes', () => {
  it('lets a request in flight finish, and closes idle connections', async () => {
    let answer = () => {};
    const arrived = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let finish = () => {};
    const server = await listen(
      (request, response) => {
        if (request.headers['connection'] === 'close') {
          answer();
          finish = () => response.end('late');
        } else response.end('now');
      },
      '127.0.0.1',
      0,
    );
    const idle = new Agent({ keepAlive: true });
    (await ask(server.port, idle)).resume();
    const slow = ask(server.port, new Agent());
    await arrived;
    const closed = server.close(10_000);
    finish();
    expect((await slow).statusCode).to.equal(200);
    (await slow).resume();
    await closed;
    idle.destroy();
  });

  it('cuts off what has not finished in time', async () => {
    let arrive = () => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const server = await listen(() => arrive(), '127.0.0.1', 0);
    const never = ask(server.port, new Agent()).catch(String);
    await arrived;
    await server.close(20);
    expect(await never).to.match(/socket hang up|ECONNRESET/);
  });

  it('says so where the port is taken', async () => {
    const server = await listen(() => {}, '127.0.0.1', 0);
    const second = await listen(() => {}, '127.0.0.1', server.port).catch((error: { code?: string }) => error.code);
    await server.close(0);
    expect(second).to.equal('EADDRINUSE');
  });
});
