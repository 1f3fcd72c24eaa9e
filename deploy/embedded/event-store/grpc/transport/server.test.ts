import { once } from 'node:events';
import { createConnection } from 'node:net';
import { expect } from 'chai';
import { until } from '../../../../test/until.fixture.ts';
import { ending, MOST_BYTES, useTransport } from './transport.fixture.ts';

describe('the gRPC transport', () => {
  const { bidi, answerTo, transport, plain, held } = useTransport();

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
    const [settings] = await once(plain(), 'remoteSettings');
    expect(settings).to.have.property('maxConcurrentStreams', 100);
  });

  it('knows its methods', async () => {
    expect(await ending(bidi('Other'))).to.include({ code: 12, details: 'Method is unimplemented.' });
    const elsewhere = ending(bidi('Echo', { service: 'test.Other' }));
    expect(await elsewhere).to.include({ code: 12, details: 'Service is unimplemented.' });
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
    const http1 = createConnection(transport().port, '127.0.0.1');
    http1.end('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    http1.resume();
    await once(http1, 'close');
    expect(await answerTo({})).to.include({ ':status': 200 });
  });

  it('tells a method that its client has left', async () => {
    const call = bidi('Hold');
    const ended = ending(call);
    call.write(Buffer.from('x'));
    const cancelled = await until('the call', held);
    call.cancel();
    expect(await ended).to.include({ code: 1 });
    await until('the end of the call', () => cancelled.gone.aborted);
    // Nothing of that reaches anybody, and nothing of it hurts.
    cancelled.send(Buffer.from('late'));
    cancelled.end();
    cancelled.fail(new Error('late'));

    plain()
      .request({ ':method': 'POST', ':path': '/test.Test/Hold', 'content-type': 'application/grpc' })
      .on('error', () => undefined);
    const broken = await until('the other call', () => (held() === cancelled ? undefined : held()));
    plain().destroy();
    await until('the end of the connection', () => broken.gone.aborted);
  });

  it('ends a call when its time is over', async () => {
    const request = { 'grpc-timeout': '20m', ':path': '/test.Test/Hold' };
    expect(await answerTo(request)).to.include({ 'grpc-status': '4' });
    expect(held()?.gone.aborted).to.equal(true);
  });

  it('holds back what a slow client does not take, and loses nothing of it', async () => {
    const request = plain().request({
      ':method': 'POST',
      ':path': '/test.Test/Hold',
      'content-type': 'application/grpc',
    });
    const call = await until('the call', held);
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
});
