import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { expect } from 'chai';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.fixture.ts';
import { until } from './until.fixture.ts';

/** One end of a connection: what it has heard, and how it ended. */
interface End {
  readonly socket: Socket;
  heard: string;
  error: string | undefined;
  isOver: boolean;
}

function endOf(socket: Socket): End {
  const end: End = { socket, heard: '', error: undefined, isOver: false };
  socket.on('data', (bytes) => {
    end.heard += String(bytes);
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    end.error = error.code;
  });
  socket.on('close', () => {
    end.isOver = true;
  });
  return end;
}

describe('the TCP proxy of the tests', () => {
  let server: Server;
  let served: End[];
  let clients: End[];
  let proxy: TcpProxy;
  beforeEach(async () => {
    served = [];
    clients = [];
    server = createServer((socket) => served.push(endOf(socket))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    proxy = await startTcpProxy((server.address() as AddressInfo).port);
  });
  afterEach(async () => {
    await proxy.stop();
    for (const { socket } of [...served, ...clients]) socket.destroy();
    server.close();
    await once(server, 'close');
  });

  async function connected(): Promise<{ client: End; far: End }> {
    const before = served.length;
    const client = endOf(connect(proxy.port, '127.0.0.1'));
    clients.push(client);
    const far = await until('the connection at the server', () => served[before]);
    return { client, far };
  }

  /** A connection that carries bytes both ways. */
  async function talking(): Promise<{ client: End; far: End }> {
    const { client, far } = await connected();
    client.socket.write('a');
    far.socket.write('b');
    await until('bytes both ways', () => far.heard === 'a' && client.heard === 'b');
    return { client, far };
  }

  it('passes bytes both ways, and the end', async () => {
    const { client, far } = await talking();
    client.socket.end();
    await until('the end at the server', () => far.isOver);
    await until('the end at the client', () => client.isOver);
    expect([client.error, far.error]).to.deep.equal([undefined, undefined]);
  });

  it('cut, resets every connection and every new one, until it is mended', async () => {
    const { client, far } = await talking();
    proxy.cut();
    await until('both resets', () => client.error === 'ECONNRESET' && far.error === 'ECONNRESET');
    const refused = endOf(connect(proxy.port, '127.0.0.1'));
    await until('the reset of a new connection', () => refused.error === 'ECONNRESET');
    expect(served).to.have.length(1);
    proxy.mend();
    await talking();
  });

  it('held, passes nothing on, on new connections neither, which mending breaks', async () => {
    const { client, far } = await talking();
    proxy.hold();
    const late = endOf(connect(proxy.port, '127.0.0.1'));
    await once(late.socket, 'connect');
    for (const { socket } of [client, late]) socket.write('lost');
    proxy.mend();
    await until('both resets', () => client.error === 'ECONNRESET' && late.error === 'ECONNRESET');
    expect([far.heard, client.heard, served.length]).to.deep.equal(['a', 'b', 1]);
  });

  it('stalled, passes on late what came meanwhile, while new connections work', async () => {
    const { client, far } = await talking();
    proxy.stall();
    client.socket.write('A');
    far.socket.write('B');
    await talking();
    expect([far.heard, client.heard]).to.deep.equal(['a', 'b']);
    proxy.mend();
    await until('what was late', () => far.heard === 'aA' && client.heard === 'bB');
  });

  it('loses answers, while what is sent arrives and new connections work', async () => {
    const { client, far } = await talking();
    proxy.loseAnswers();
    client.socket.write('A');
    far.socket.write('B');
    await until('what was sent', () => far.heard === 'aA');
    await until('the loss of the answer', () => proxy.lost.answers === 1);
    await talking();
    expect([client.heard, client.isOver]).to.deep.equal(['b', false]);
    proxy.mend();
    await until('both resets', () => client.error === 'ECONNRESET' && far.error === 'ECONNRESET');
    expect([client.heard, proxy.lost.requests]).to.deep.equal(['b', 0]);
  });

  it('abandons connections: the server sees a reset, the client nothing until it is mended', async () => {
    const { client, far } = await talking();
    proxy.abandon();
    await until('the reset at the server', () => far.error === 'ECONNRESET');
    client.socket.write('lost');
    await until('the loss of what was sent', () => proxy.lost.requests === 4);
    const other = await talking();
    expect([client.isOver, client.heard]).to.deep.equal([false, 'b']);
    proxy.mend();
    await until('the reset at the client', () => client.error === 'ECONNRESET');
    expect([other.client.isOver, proxy.lost.answers]).to.deep.equal([false, 0]);
  });
});
