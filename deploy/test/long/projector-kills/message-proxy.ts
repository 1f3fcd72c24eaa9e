import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Where a process is to be killed: when so many messages of one of its transactions have been passed on. */
export interface KillPoint {
  /** Of the transactions of one process, over all of its connections, from 0 on. */
  readonly transaction: number;
  /** From 0 on, which is before the BEGIN. */
  readonly messages: number;
  /** Which messages are counted; by default, every one. */
  readonly counts?: (name: string) => boolean;
  /** Nothing more goes either way, on any connection, when this is called. */
  readonly kill: () => void;
}

/** A transaction's messages that were passed on: the type of each, with the first word of a query. */
export type Seen = readonly string[];

/** A way to PostgreSQL that knows where its client's messages end. */
export interface MessageProxy {
  readonly port: number;
  /** Forgets the transactions seen so far. @returns what is seen of each transaction from now on */
  arm(point: KillPoint | undefined): readonly Seen[];
  stop(): Promise<void>;
}

interface Message {
  readonly bytes: Buffer;
  readonly name: string;
}

/** Messages of PostgreSQL's protocol, version 3 (manual, 54.7), of a client that asks for no encryption. */
export async function startMessageProxy(targetPort: number): Promise<MessageProxy> {
  let transactions: string[][] = [];
  let point: KillPoint | undefined;
  let isDead = false;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };

  function killAt(current: string[] | undefined): void {
    if (!point || current === undefined || transactions[point.transaction] !== current) return;
    if (current.filter(point.counts ?? (() => true)).length !== point.messages) return;
    isDead = true;
    point.kill();
  }

  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1');
    for (const socket of [near, far]) {
      keep(socket);
      // A message is a write here: with Nagle's algorithm each statement would wait 40 ms for the acknowledgement of its first.
      socket.setNoDelay(true);
    }
    const split = messageSplitter();
    let current: string[] | undefined;
    near.on('data', (chunk) => {
      for (const { bytes, name } of split(chunk)) {
        if (name === 'Q BEGIN' && !isDead) {
          current = [];
          transactions.push(current);
          killAt(current);
        }
        if (isDead) return;
        far.write(bytes);
        current?.push(name);
        killAt(current);
        if (name === 'Q COMMIT' || name === 'Q ROLLBACK') current = undefined;
      }
    });
    far.on('data', (chunk) => {
      if (!isDead) near.write(chunk);
    });
    // What was passed on is still read by the server, and then the end.
    near.once('close', () => far.end());
    far.once('close', () => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    arm(next) {
      point = next;
      isDead = false;
      transactions = [];
      return transactions;
    },
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** The first message of a connection has no type. */
function messageSplitter(): (chunk: Buffer) => Message[] {
  let waiting: Buffer = Buffer.alloc(0);
  let isFirst = true;
  return (chunk) => {
    waiting = Buffer.concat([waiting, chunk]);
    const messages: Message[] = [];
    for (;;) {
      const typeBytes = isFirst ? 0 : 1;
      if (waiting.length < typeBytes + 4) return messages;
      const end = typeBytes + waiting.readInt32BE(typeBytes);
      if (waiting.length < end) return messages;
      const bytes = waiting.subarray(0, end);
      messages.push({ bytes, name: isFirst ? 'startup' : nameOf(bytes) });
      waiting = waiting.subarray(end);
      isFirst = false;
    }
  };
}

function nameOf(bytes: Buffer): string {
  const type = bytes.toString('latin1', 0, 1);
  return type === 'Q' ? `Q ${/\w+/.exec(bytes.toString('utf8', 5))?.[0]}` : type;
}
