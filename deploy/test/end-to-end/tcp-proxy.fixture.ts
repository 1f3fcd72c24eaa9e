import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy that can take the server behind it away, as if that had been stopped, and bring it back. */
export interface TcpProxy {
  readonly port: number;
  /** Breaks every connection and refuses new ones. */
  takeAway(): Promise<void>;
  bringBack(): Promise<void>;
}

export async function startTcpProxy(targetHost: string, targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();

  function forward(client: Socket): void {
    const target = connect(targetPort, targetHost);
    for (const [one, other] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      // A reset on either side is what this proxy is for; the other side sees its connection end.
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  }

  async function open(port: number): Promise<Server> {
    const opened = createServer(forward);
    opened.listen(port, '127.0.0.1');
    await once(opened, 'listening');
    return opened;
  }

  let server: Server | undefined = await open(0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async takeAway() {
      const closing = server;
      server = undefined;
      closing?.close();
      for (const socket of sockets) socket.destroy();
      if (closing) await once(closing, 'close');
    },
    async bringBack() {
      server ??= await open(port);
    },
  };
}
