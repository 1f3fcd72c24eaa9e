import { once } from 'node:events';
import { type ClientHttp2Session, connect, constants } from 'node:http2';
import { createConnection } from 'node:net';
import { type ClientDuplexStream, credentials, Client as GrpcClient, Metadata, type StatusObject } from '@grpc/grpc-js';
import { expect } from 'chai';
import { until } from '../../../../test/until.fixture.ts';
import type { Call, Method } from './call.ts';
import { oneRequest } from './one-request.ts';
import { startTransport, type Transport } from './server.ts';
import { GrpcError, status } from './status.ts';

const MOST_BYTES = 1000;

type Duplex = ClientDuplexStream<Buffer, Buffer>;

const asItIs = (bytes: Buffer) => bytes;

/** How a call ended, and what it brought. */
function ending(call: Duplex): Promise<{ messages: string[]; code: number; details: string; trailers: object }> {
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

describe('the gRPC transport', () => {
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

  const bidi = (method: string, deadlineMs = 10_000) =>
    client.makeBidiStreamRequest(`/test.Test/${method}`, asItIs, asItIs, new Metadata(), {
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

  it('takes messages to a method and its answers back, many and large ones', async () => {
    const call = bidi('Echo');
    const sent = Array.from({ length: 500 }, (_, i) => `${i}`.padEnd(i, '-'));
    for (const message of sent) call.write(Buffer.from(message));
    call.end();
    expect(await ending(call)).to.deep.include({ messages: sent, code: 0 });
  });

  it('tells the error of a method with its words and trailers, as the real server any other', async () => {
    const call = bidi('Fail');
    call.write(Buffer.from('x'));
    const { trailers, ...rest } = await ending(call);
    expect(rest).to.deep.equal({ messages: [], code: 9, details: 'größer als 100 %' });
    expect(trailers).to.include({ 'stream-name': 'a%0Ab', 'content-length': '0' });
    const other = bidi('Fail');
    other.end();
    expect(await ending(other)).to.include({ code: 2, details: 'Exception was thrown by handler.' });
  });

  it('tells of names that no header can hold, and keeps the connection', async () => {
    const call = bidi('LongName');
    call.write(Buffer.from('x'));
    const { code, details, trailers } = await ending(call);
    expect(code).to.equal(9);
    expect(details).to.match(/^é{1000}/);
    expect(trailers)
      .to.have.property('stream-name')
      .that.matches(/^(%C3%A9){1000}/);
  });

  it('takes as many calls on a connection at once as the real server', async () => {
    const [settings] = await once(plain, 'remoteSettings');
    expect(settings).to.have.property('maxConcurrentStreams', 100);
  });

  it('knows its methods', async () => {
    expect(await ending(bidi('Other'))).to.include({ code: 12, details: 'Method is unimplemented.' });
    const call = client.makeBidiStreamRequest('/test.Other/Echo', asItIs, asItIs);
    expect(await ending(call)).to.include({ code: 12, details: 'Service is unimplemented.' });
  });

  it('refuses messages that are too large', async () => {
    const call = bidi('Echo');
    call.write(Buffer.alloc(MOST_BYTES));
    call.write(Buffer.alloc(MOST_BYTES + 1));
    const { messages, ...rest } = await ending(call);
    expect(messages).to.have.length(1);
    expect(rest).to.include({ code: 8, details: 'Received message exceeds the maximum configured message size.' });
    const after = bidi('Echo');
    after.end(Buffer.from('still here'));
    expect((await ending(after)).messages).to.deep.equal(['still here']);
  });

  it('wants exactly one request where a method has one', async () => {
    const one = bidi('Single');
    one.write(Buffer.from('ab'));
    one.end();
    expect(await ending(one)).to.deep.include({ messages: ['abab'], code: 0 });
    const none = bidi('Single');
    none.end();
    expect(await ending(none)).to.include({ code: 13 });
    const two = bidi('Single');
    two.write(Buffer.from('a'));
    two.write(Buffer.from('b'));
    expect(await ending(two)).to.include({ code: 13 });
  });

  it('answers compression that it does not have, and half a message', async () => {
    const compressed = await answerTo({ 'grpc-encoding': 'gzip' });
    expect(compressed).to.include({ ':status': 200, 'grpc-status': '12', 'grpc-accept-encoding': 'identity' });
    expect(await answerTo({ 'grpc-encoding': 'identity' }, Buffer.from([1, 0, 0, 0, 0]))).to.include({
      'grpc-status': '13',
    });
    expect(await answerTo({}, Buffer.from([0, 0, 0, 0, 9, 1]))).to.include({ 'grpc-status': '13' });
    expect(await answerTo({}, Buffer.from([0, 0, 0, 0, 0]))).to.include({ ':status': 200, 'grpc-status': '0' });
  });

  it('answers what is no gRPC', async () => {
    expect(await answerTo({ 'content-type': 'application/json' })).to.include({ ':status': 415 });
    expect(await answerTo({ 'content-type': 'application/grpc-web' })).to.include({ ':status': 415 });
    expect(await answerTo({ ':method': 'GET' })).to.include({ ':status': 404 });
    expect(await answerTo({ 'content-type': 'application/grpc+proto' })).to.include({ ':status': 200 });
    const http1 = createConnection(transport.port, '127.0.0.1');
    http1.end('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    http1.resume();
    await once(http1, 'close');
    expect(await answerTo({})).to.include({ ':status': 200 });
  });

  it('tells a method that its client has left', async () => {
    const call = bidi('Hold');
    const ended = ending(call);
    call.write(Buffer.from('x'));
    const cancelled = await until('the call', () => held);
    call.cancel();
    expect(await ended).to.include({ code: 1 });
    await until('the end of the call', () => cancelled.gone.aborted);
    // Nothing of that reaches anybody, and nothing of it hurts.
    cancelled.send(Buffer.from('late'));
    cancelled.end();
    cancelled.fail(new Error('late'));

    plain
      .request({ ':method': 'POST', ':path': '/test.Test/Hold', 'content-type': 'application/grpc' })
      .on('error', () => undefined);
    const broken = await until('the other call', () => (held === cancelled ? undefined : held));
    plain.destroy();
    await until('the end of the connection', () => broken.gone.aborted);
  });

  it('ends a call when its time is over', async () => {
    const request = { 'grpc-timeout': '20m', ':path': '/test.Test/Hold' };
    expect(await answerTo(request)).to.include({ 'grpc-status': '4' });
    expect(held?.gone.aborted).to.equal(true);
  });

  it('holds back what a slow client does not take, and loses nothing of it', async () => {
    const request = plain.request({
      ':method': 'POST',
      ':path': '/test.Test/Hold',
      'content-type': 'application/grpc',
    });
    const call = await until('the call', () => held);
    const message = Buffer.alloc(10_000, 7);
    const mostUnsent = 200_000;
    let sent = 0;
    let done = false;
    async function sendAll(): Promise<void> {
      while (sent < 300) {
        while (call.unsentBytes < mostUnsent && sent < 300) {
          call.send(message);
          sent += 1;
        }
        await call.drained(mostUnsent / 2);
      }
      done = true;
      call.end();
    }
    const sending = sendAll();
    await once(request, 'response');
    // The client reads nothing: its window and our bound fill up, and that is all.
    await until('as much as may be held back', () => call.unsentBytes >= mostUnsent / 2);
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    expect(done).to.equal(false);
    expect(call.unsentBytes).to.be.at.most(mostUnsent + 2 * message.length);
    expect(sent).to.be.below(60);
    let received = 0;
    request.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    await sending;
    await once(request, 'end');
    expect(received).to.equal(300 * (5 + message.length));
  });

  for (const code of [constants.NGHTTP2_CANCEL, constants.NGHTTP2_NO_ERROR]) {
    it(`leaves nothing of a paused call whose client has left with code ${code}`, async () => {
      const request = plain.request({
        ':method': 'POST',
        ':path': '/test.Test/Hold',
        'content-type': 'application/grpc',
      });
      request.on('error', () => undefined);
      const call = await until('the call', () => held);
      call.pause();
      request.write(Buffer.alloc(100_000));
      // Its answer tells that what was sent before it has come.
      await answerTo({});
      request.close(code);
      await until('the end of the call', () => call.gone.aborted);
      let stopped = false;
      void transport.stop(20_000).then(() => {
        stopped = true;
      });
      await until('the stop', () => stopped);
    });
  }

  it('stops when its calls have ended, and takes no new ones', async () => {
    const call = bidi('Echo');
    const ended = ending(call);
    call.write(Buffer.from('before'));
    await once(call, 'data');
    let stopped = false;
    const stopping = transport.stop(10_000).then(() => {
      stopped = true;
    });
    call.write(Buffer.from('after'));
    await once(call, 'data');
    expect(stopped).to.equal(false);
    call.end();
    expect(await ended).to.deep.include({ code: 0 });
    await stopping;
    const late = createConnection(transport.port, '127.0.0.1');
    const [error] = await once(late, 'error');
    expect(error).to.have.property('code', 'ECONNREFUSED');
  });

  it('cuts the calls that have no end of their own, as the real server does', async () => {
    const call = bidi('Hold');
    const ended = ending(call);
    call.write(Buffer.from('x'));
    await until('the call', () => held);
    await transport.stop(10_000);
    const { code, details } = await ended;
    expect({ code, details }).to.deep.equal({
      code: 13,
      details: 'Received RST_STREAM with code 0 (Call ended without gRPC status)',
    });
  });

  it('breaks off what does not end in time', async () => {
    const call = bidi('Echo');
    const ended = ending(call);
    call.write(Buffer.from('x'));
    await once(call, 'data');
    await transport.stop(20);
    expect((await ended).code).to.be.oneOf([13, 14]);
  });
});
