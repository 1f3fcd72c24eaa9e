import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import { listen, type RunningServer } from './server.ts';

describe('what is not a request', () => {
  let server: RunningServer;
  before(async () => {
    server = await listen(
      (request, response) => void request.resume().on('end', () => response.end('handled')),
      '127.0.0.1',
      0,
    );
  });
  after(() => server.close(0));

  async function answerTo(text: string): Promise<string> {
    const socket = connect(server.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.write(text);
    await once(socket, 'close');
    return answer;
  }

  const unreadable = [
    ['no HTTP at all', 'HELLO\r\n\r\n', 400, 'malformed-request'],
    ['a path with a space', 'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'malformed-request'],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400, 'malformed-request'],
    ['a target that is no URL', 'GET http://[/a HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'malformed-request'],
    ['headers beyond 16 kB', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`, 431, 'headers-too-large'],
    [
      'a body in chunks that are none',
      'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      400,
      'malformed-request',
    ],
  ] as const;
  for (const [what, text, status, kind] of unreadable) {
    it(`is answered with a problem: ${what}`, async () => {
      const [head = '', body = ''] = (await answerTo(text)).split('\r\n\r\n');
      expect(head).to.match(new RegExp(`^HTTP/1.1 ${status} `));
      expect(head)
        .to.match(/Content-Type: application\/problem\+json/)
        .and.to.match(/X-Request-Id: \S+/);
      expect(JSON.parse(body)).to.include({ type: `/problems/${kind}`, status });
    });
  }

  it('leaves an answer that has begun as it is', async () => {
    const begun = await listen((_request, response) => void response.writeHead(200).write('so far'), '127.0.0.1', 0);
    const socket = connect(begun.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      if (answer === '') socket.write('zz\r\n');
      answer += chunk.toString();
    });
    socket.on('error', () => socket.destroy());
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
    await once(socket, 'close');
    await begun.close(0);
    expect(answer).to.include('so far').and.not.to.include('/problems/');
  });

  it('is not an expectation that is not known: it is ignored', async () => {
    const request = 'GET / HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\nConnection: close\r\n\r\n';
    expect(await answerTo(request))
      .to.include('200 OK')
      .and.to.include('handled');
  });
});
