import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that can be broken in the ways in which networks break, and mended again. */
export interface TcpProxy {
  readonly port: number;
  /** Bytes thrown away so far: of what the server answered, and of what was sent to it. */
  readonly lost: { readonly answers: number; readonly requests: number };
  /** Breaks every connection and takes no new one, as if the server were stopped. */
  cut(): void;
  /** Passes nothing on any more, on any connection, as if the server hung; mending breaks them. */
  hold(): void;
  /** Passes nothing on, either way, on the connections that there are; mending passes it on, late. New ones work. */
  stall(): void;
  /**
   * What is sent still arrives, but the answers are thrown away, on the connections that there are; mending breaks them.
   * New ones work.
   */
  loseAnswers(): void;
  /**
   * Leaves the connections that there are half-open: the server's side is gone, the client's side takes bytes and hears
   * nothing, no FIN and no RST, until mending breaks it. New ones work.
   */
  abandon(): void;
  mend(): void;
  stop(): Promise<void>;
}

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
  state: 'whole' | 'stalled' | 'deaf' | 'abandoned';
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const pairs = new Set<Pair>();
  const lost = { answers: 0, requests: 0 };
  let isCut = false;
  let isHeld = false;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  const server = createServer((near) => {
    keep(near);
    if (isCut) {
      near.resetAndDestroy();
      return;
    }
    if (isHeld) return;
    const far = connect(targetPort, '127.0.0.1');
    keep(far);
    near.pipe(far).pipe(near);
    const pair: Pair = { near, far, state: 'whole' };
    pairs.add(pair);
    near.once('close', () => pairs.delete(pair));
    near.once('close', () => far.destroy());
    far.once('close', () => {
      if (pair.state !== 'abandoned') near.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  /** Reads on, and counts what it throws away. */
  function discard(socket: Socket, what: keyof typeof lost): void {
    socket.unpipe();
    socket.on('data', ({ length }) => {
      lost[what] += length;
    });
    socket.resume();
  }

  function* whole(): Generator<Pair> {
    for (const pair of pairs) if (pair.state === 'whole') yield pair;
  }

  function mendPair(pair: Pair): void {
    const { near, far, state } = pair;
    if (state === 'whole' || near.destroyed) return;
    if (state === 'stalled') {
      pair.state = 'whole';
      near.pipe(far).pipe(near);
      return;
    }
    reset(near);
    reset(far);
  }

  const breakAll = () => {
    for (const socket of sockets) reset(socket);
  };
  return {
    port: (server.address() as AddressInfo).port,
    lost,
    cut() {
      isCut = true;
      breakAll();
    },
    hold() {
      isHeld = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    stall() {
      for (const pair of whole()) {
        pair.state = 'stalled';
        pair.near.unpipe().pause();
        pair.far.unpipe().pause();
      }
    },
    loseAnswers() {
      for (const pair of whole()) {
        pair.state = 'deaf';
        discard(pair.far, 'answers');
      }
    },
    abandon() {
      for (const pair of whole()) {
        pair.state = 'abandoned';
        discard(pair.near, 'requests');
        reset(pair.far);
      }
    },
    mend() {
      isCut = false;
      if (isHeld) breakAll();
      isHeld = false;
      for (const pair of pairs) mendPair(pair);
    },
    async stop() {
      server.close();
      breakAll();
      await once(server, 'close');
    },
  };
}

function reset(socket: Socket): void {
  // libuv does not reset a connection that is being shut down; Node would then keep it for ever.
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
