import { expect } from 'chai';
import { createAnswerReader } from './answer-reader.ts';

describe('answers from a connection', () => {
  const created = 'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{"a":1}';
  const empty = 'HTTP/1.1 503 Service Unavailable\r\ncontent-length:0\r\n\r\n';

  it('are found in whatever pieces they come', () => {
    for (const size of [1, 2, 7, 50, created.length]) {
      const answerIn = createAnswerReader();
      for (const [text, status, body] of [
        [created, 201, '{"a":1}'],
        [empty, 503, ''],
        [created, 201, '{"a":1}'],
      ] as const) {
        const pieces = Math.ceil(text.length / size);
        for (let piece = 0; piece < pieces; piece += 1) {
          const answer = answerIn(Buffer.from(text.slice(piece * size, (piece + 1) * size)));
          const found = answer && { status: answer.status, body: answer.body.toString() };
          expect(found, `pieces of ${size}`).to.deep.equal(piece === pieces - 1 ? { status, body } : undefined);
        }
      }
    }
  });

  it('have to tell their length, and to be no longer', () => {
    const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    expect(() => createAnswerReader()(Buffer.from(chunked))).to.throw('Content-Length');
    expect(() => createAnswerReader()(Buffer.from(`${created}HTTP`))).to.throw('more bytes');
  });
});
