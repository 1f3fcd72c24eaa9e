import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import features from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { ChannelCredentials, Client, Metadata } from '@grpc/grpc-js';
import { type Call, type Receiver, startCall } from '../../embedded/event-store/grpc/transport/call.ts';
import { type PassedAppend, passAppends } from './pass-appends.fixture.ts';
import { type PassedCall, passCall } from './pass-call.fixture.ts';

/** What the stub can do to the connections of its clients. */
export interface Connections {
  /** Breaks them all; new ones are taken. */
  break(): void;
  /** Tells the clients to make new connections (GOAWAY); the calls that are open go on. */
  goAway(): void;
}

/** Answers an append in the server's place. */
export type AppendTrouble = (append: PassedAppend, connections: Connections) => unknown;

/** Answers a call of another kind in the server's place. */
export type CallTrouble = (call: PassedCall, connections: Connections) => unknown;

/**
 * A server in front of an event store node, which passes on everything that comes, but for what it was told to answer
 * otherwise. Its clients take it for the node.
 */
export interface StubEventStore {
  readonly url: string;
  readonly port: number;
  /** Appends (by BatchAppend), reads and subscriptions that have come; those of the last two that asked for no leader. */
  readonly seen: {
    readonly appends: number;
    readonly reads: number;
    readonly subscriptions: number;
    readonly leaderless: number;
  };
  /** The next appends meet these, one each, in this order. */
  onAppends(...troubles: readonly AppendTrouble[]): void;
  /** The next reads meet these. */
  onReads(...troubles: readonly CallTrouble[]): void;
  /** The next subscriptions meet these. */
  onSubscriptions(...troubles: readonly CallTrouble[]): void;
  /** The next questions for what the server can do, which the official client asks before its first append, meet these. */
  onFeatures(...troubles: readonly CallTrouble[]): void;
  /** Every append from now on meets this, until `heal`. */
  onEveryAppend(trouble: AppendTrouble): void;
  /** Every read from now on meets this, until `heal`. */
  onEveryRead(trouble: CallTrouble): void;
  /** From now on everything is passed on. */
  heal(): void;
  stop(): Promise<void>;
}

const { batchAppend, read } = streamsGrpc.StreamsService;
const { getSupportedMethods } = features.ServerFeaturesService;

const maxMessageBytes = 17 * 1024 * 1024;

/** What comes next in a queue; then, and until it is told otherwise, the same each time. */
interface Planned<Trouble> {
  next: Trouble[];
  always: Trouble | undefined;
}

function take<Trouble>(planned: Planned<Trouble>): Trouble | undefined {
  return planned.next.shift() ?? planned.always;
}

export async function startStubEventStore(nodePort: number): Promise<StubEventStore> {
  const appends: Planned<AppendTrouble> = { next: [], always: undefined };
  const reads: Planned<CallTrouble> = { next: [], always: undefined };
  const subscriptions: Planned<CallTrouble> = { next: [], always: undefined };
  const questions: Planned<CallTrouble> = { next: [], always: undefined };
  const seen = { appends: 0, reads: 0, subscriptions: 0, leaderless: 0 };
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  const node = new Client(`127.0.0.1:${nodePort}`, ChannelCredentials.createInsecure(), {
    // Or it would wait a second and more for a node that is started again.
    'grpc.initial_reconnect_backoff_ms': 50,
    'grpc.max_receive_message_length': maxMessageBytes,
  });
  const connections: Connections = {
    break() {
      for (const socket of sockets) socket.destroy();
    },
    goAway() {
      for (const session of sessions) session.goaway();
    },
  };

  function receiverOf(call: Call, path: string, metadata: Metadata): Receiver {
    if (path === read.path && metadata.get('requires-leader').length === 0) seen.leaderless += 1;
    const upstream = () => node.makeBidiStreamRequest(path, asItIs, asItIs, metadata);
    if (path === batchAppend.path) {
      return passAppends(call, upstream(), (append) => {
        seen.appends += 1;
        const trouble = take(appends);
        if (!trouble) return false;
        trouble(append, connections);
        return true;
      });
    }
    return passCall(call, upstream, (passed) => {
      const trouble = troubleOf(path, passed.request);
      if (!trouble) return false;
      trouble(passed, connections);
      return true;
    });
  }

  function troubleOf(path: string, request: Buffer): CallTrouble | undefined {
    if (path === getSupportedMethods.path) return take(questions);
    if (path !== read.path) return undefined;
    const isSubscription = streams.ReadReq.deserializeBinary(request).getOptions()?.hasSubscription();
    seen[isSubscription ? 'subscriptions' : 'reads'] += 1;
    return take(isSubscription ? subscriptions : reads);
  }

  const server = createServer();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', () => stream.destroy());
    const metadata = new Metadata();
    if (headers['requires-leader'] === 'true') metadata.set('requires-leader', 'true');
    startCall(stream, headers, (call) => receiverOf(call, headers[':path'] ?? '', metadata), maxMessageBytes);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  let stopping: Promise<void> | undefined;
  async function stop(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    connections.break();
    await closed;
    node.close();
  }

  return {
    url: `esdb://127.0.0.1:${port}?tls=false`,
    port,
    seen,
    onAppends: (...troubles) => void appends.next.push(...troubles),
    onReads: (...troubles) => void reads.next.push(...troubles),
    onSubscriptions: (...troubles) => void subscriptions.next.push(...troubles),
    onFeatures: (...troubles) => void questions.next.push(...troubles),
    onEveryAppend(trouble) {
      appends.always = trouble;
    },
    onEveryRead(trouble) {
      reads.always = trouble;
    },
    heal() {
      for (const planned of [appends, reads, subscriptions, questions]) {
        planned.next = [];
        planned.always = undefined;
      }
    },
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

const asItIs = (bytes: Buffer) => bytes;
