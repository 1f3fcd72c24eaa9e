import { once } from 'node:events';
import { type ClientHttp2Session, connect } from 'node:http2';
import { type ClientDuplexStream, credentials, Client as GrpcClient, Metadata, type StatusObject } from '@grpc/grpc-js';
import type { Call, Method } from './call.ts';
import { oneRequest } from './one-request.ts';
import { startTransport, type Transport } from './server.ts';
import { GrpcError, status } from './status.ts';

export const MOST_BYTES = 1000;

type Duplex = ClientDuplexStream<Buffer, Buffer>;

const asItIs = (bytes: Buffer) => bytes;

/** How a call ended, and what it brought. */
export function ending(call: Duplex): Promise<{ messages: string[]; code: number; details: string; trailers: object }> {
  const messages: string[] = [];
  call.on('data', (message: Buffer) => messages.push(message.toString()));
  // A failure is told by the status too.
  call.on('error', () => undefined);
  return new Promise((resolve) => {
    call.on('status', ({ code, details, metadata }: StatusObject) =>
      resolve({ messages, code, details, trailers: metadata.getMap() }),
    );
  });
}

/** Within a `describe`: a transport with some methods, a gRPC client, and a bare HTTP/2 session, for each of its cases. */
export function useTransport() {
  let transport: Transport;
  let client: GrpcClient;
  let plain: ClientHttp2Session;
  /** The newest call of the method `Hold`. */
  let held: Call | undefined;

  const echo: Method = (call) => ({ message: (bytes) => call.send(bytes), end: () => call.end() });
  const hold: Method = (call) => {
    held = call;
    return { message: () => undefined, end: () => undefined, stopping: call.cut };
  };
  const fail: Method = () => ({
    message() {
      throw new GrpcError(status.FAILED_PRECONDITION, 'größer als 100 %', { 'stream-name': 'a\nb' });
    },
    end() {
      throw new Error('a secret of the handler');
    },
  });
  const longName: Method = (call) => ({
    message() {
      const name = 'é'.repeat(65_536);
      call.fail(new GrpcError(status.FAILED_PRECONDITION, `${name} is gone`, { 'stream-name': name }));
    },
    end: () => undefined,
  });
  const single = oneRequest(async (request, call) => call.send(Buffer.concat([request, request])));

  beforeEach(async () => {
    held = undefined;
    const methods = {
      '/test.Test/Echo': echo,
      '/test.Test/Hold': hold,
      '/test.Test/Fail': fail,
      '/test.Test/LongName': longName,
      '/test.Test/Single': single,
    };
    transport = await startTransport(methods, { host: '127.0.0.1', port: 0, maxMessageBytes: MOST_BYTES });
    client = new GrpcClient(`127.0.0.1:${transport.port}`, credentials.createInsecure());
    plain = connect(`http://127.0.0.1:${transport.port}`);
    plain.on('error', () => undefined);
  });
  afterEach(async () => {
    client.close();
    plain.destroy();
    await transport.stop(0);
  });

  const bidi = (method: string, { service = 'test.Test', deadlineMs = 10_000 } = {}) =>
    client.makeBidiStreamRequest(`/${service}/${method}`, asItIs, asItIs, new Metadata(), {
      deadline: Date.now() + deadlineMs,
    });

  /** Headers of the answer to a request that no gRPC client makes, and its trailers, if they come apart. */
  async function answerTo(headers: Record<string, string>, body?: Buffer) {
    const request = plain.request({
      ':method': 'POST',
      ':path': '/test.Test/Echo',
      'content-type': 'application/grpc',
      ...headers,
    });
    let trailers: Record<string, unknown> = {};
    request.on('trailers', (sent) => {
      trailers = sent;
    });
    request.end(body);
    request.resume();
    const [answer] = await once(request, 'response');
    if (!request.closed) await once(request, 'close');
    return { ...answer, ...trailers };
  }

  return {
    bidi,
    answerTo,
    transport: () => transport,
    plain: () => plain,
    held: () => held,
  };
}
