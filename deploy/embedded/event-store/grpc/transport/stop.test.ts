import { once } from 'node:events';
import { constants } from 'node:http2';
import { createConnection } from 'node:net';
import { expect } from 'chai';
import { until } from '../../../../test/until.fixture.ts';
import { ending, useTransport } from './transport.fixture.ts';

describe('the end of calls and of the gRPC transport', () => {
  const { bidi, answerTo, transport, plain, held } = useTransport();

  for (const code of [constants.NGHTTP2_CANCEL, constants.NGHTTP2_NO_ERROR]) {
    it(`leaves nothing of a paused call whose client has left with code ${code}`, async () => {
      const request = plain().request({
        ':method': 'POST',
        ':path': '/test.Test/Hold',
        'content-type': 'application/grpc',
      });
      request.on('error', () => undefined);
      const call = await until('the call', held);
      call.pause();
      request.write(Buffer.alloc(100_000));
      // Its answer tells that what was sent before it has come.
      await answerTo({});
      request.close(code);
      await until('the end of the call', () => call.gone.aborted);
      let stopped = false;
      void transport()
        .stop(20_000)
        .then(() => {
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
    const stopping = transport()
      .stop(10_000)
      .then(() => {
        stopped = true;
      });
    call.write(Buffer.from('after'));
    await once(call, 'data');
    expect(stopped).to.equal(false);
    call.end();
    expect(await ended).to.deep.include({ code: 0 });
    await stopping;
    const late = createConnection(transport().port, '127.0.0.1');
    const [error] = await once(late, 'error');
    expect(error).to.have.property('code', 'ECONNREFUSED');
  });

  it('cuts the calls that have no end of their own, as the real server does', async () => {
    const call = bidi('Hold');
    const ended = ending(call);
    call.write(Buffer.from('x'));
    await until('the call', held);
    await transport().stop(10_000);
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
    await transport().stop(20);
    expect((await ended).code).to.be.oneOf([13, 14]);
  });
});
