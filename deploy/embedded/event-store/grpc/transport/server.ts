import { once } from 'node:events';
import {
  constants,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Socket } from 'node:net';
import { type Method, type OpenCall, startCall } from './call.ts';
import { GrpcError, status, trailersOf } from './status.ts';
import { endWithHeadersOnly, endWithTrailersOnly } from './trailers-only.ts';

/** The methods of a server, by their path: `/package.Service/Method`. */
export type Methods = Readonly<Record<string, Method>>;

export interface TransportOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** A call with a larger message fails. */
  readonly maxMessageBytes: number;
}

export interface Transport {
  readonly port: number;
  /**
   * Takes no more calls, tells the open ones, waits `patienceMs` for them to end, then breaks the connections that are left.
   * Resolves when nothing is open.
   */
  stop(patienceMs: number): Promise<void>;
}

/** What a client may send ahead of what is read: some hundreds of appends, so that none waits for an answer to another. */
const STREAM_WINDOW_BYTES = 1024 * 1024;
const CONNECTION_WINDOW_BYTES = 4 * STREAM_WINDOW_BYTES;

/** Open at the same time on one connection, as on the real server; what is beyond waits at the client. */
const MOST_CALLS = 100;

/** In MB, of one connection. Windows and `Call.drained` bound what waits there; this is the last resort. */
const SESSION_MEMORY_MB = 512;

const GRPC_CONTENT_TYPE = /^application\/grpc(?:\+proto)?(?:;|$)/;

/**
 * Serves gRPC over HTTP/2 without TLS (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md), as far as this node
 * needs it: messages are not compressed.
 * @throws the system's error where the port cannot be had
 */
export async function startTransport(methods: Methods, options: TransportOptions): Promise<Transport> {
  const { host, port, maxMessageBytes } = options;
  const methodAt = new Map(Object.entries(methods));
  const services = new Set(Array.from(methodAt.keys(), serviceOf));
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  const calls = new Set<OpenCall>();

  /** Why a request is no call of a method of this server. */
  function refusalOf(path: string, encoding: string | string[] | undefined): GrpcError | undefined {
    if (encoding !== undefined && encoding !== 'identity') {
      const details = `Unsupported grpc-encoding value '${String(encoding)}'. Supported encodings: identity`;
      return new GrpcError(status.UNIMPLEMENTED, details, { 'grpc-accept-encoding': 'identity' });
    }
    if (methodAt.has(path)) return undefined;
    const what = services.has(serviceOf(path)) ? 'Method' : 'Service';
    return new GrpcError(status.UNIMPLEMENTED, `${what} is unimplemented.`);
  }

  function take(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    // A client that leaves in the middle is no error of this node.
    stream.on('error', () => stream.destroy());
    const httpStatus = httpRefusalOf(headers);
    if (httpStatus !== undefined) {
      endWithHeadersOnly(stream, { ':status': httpStatus });
      return;
    }
    const path = headers[':path'] ?? '';
    const method = methodAt.get(path);
    const refusal = refusalOf(path, headers['grpc-encoding']);
    if (!method || refusal) {
      endWithTrailersOnly(stream, trailersOf(refusal));
      return;
    }
    const call = startCall(stream, headers, method, maxMessageBytes);
    calls.add(call);
    void call.closed.then(() => calls.delete(call));
  }

  const server = createServer({
    settings: { initialWindowSize: STREAM_WINDOW_BYTES, maxConcurrentStreams: MOST_CALLS },
    maxSessionMemory: SESSION_MEMORY_MB,
  });
  server.on('connection', (socket: Socket) => {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('session', (session) => {
    session.setLocalWindowSize(CONNECTION_WINDOW_BYTES);
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', take);
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');

  return {
    port: address.port,
    async stop(patienceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // Both see the client's side: no new calls, and the ones that are open come to their end.
      for (const session of sessions) session.close();
      for (const call of calls) call.stopping();
      const patience = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, patienceMs);
      await closed;
      clearTimeout(patience);
      await Promise.all(Array.from(calls, (call) => call.closed));
    },
  };
}

const serviceOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

/** The HTTP status for what is no gRPC request. */
function httpRefusalOf(headers: IncomingHttpHeaders): number | undefined {
  if (!GRPC_CONTENT_TYPE.test(headers['content-type'] ?? '')) return constants.HTTP_STATUS_UNSUPPORTED_MEDIA_TYPE;
  return headers[':method'] === 'POST' ? undefined : constants.HTTP_STATUS_NOT_FOUND;
}
