import { expect } from 'chai';
import fc from 'fast-check';
import { createDeframer, PREFIX_BYTES, writePrefix } from './framing.ts';

const MOST_BYTES = 1000;

function framed(message: Uint8Array): Buffer {
  const bytes = Buffer.alloc(PREFIX_BYTES + message.length);
  writePrefix(bytes, 0, message.length);
  bytes.set(message, PREFIX_BYTES);
  return bytes;
}

function deframed(chunks: readonly Buffer[]): { messages: number[][]; atBoundary: boolean } {
  const messages: number[][] = [];
  const deframer = createDeframer(MOST_BYTES, (message) => messages.push([...message]));
  for (const chunk of chunks) deframer.push(chunk);
  return { messages, atBoundary: deframer.atBoundary() };
}

describe('the messages of a request', () => {
  it('come out as they went in, wherever the chunks end', () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 10 });
    fc.assert(
      fc.property(messages, fc.array(fc.nat(400)), (sent, cuts) => {
        const bytes = Buffer.concat(sent.map(framed));
        const borders = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const chunks = borders.slice(1).map((end, i) => bytes.subarray(borders[i], end));
        expect(deframed(chunks)).to.deep.equal({ messages: sent.map((message) => [...message]), atBoundary: true });
      }),
    );
  });

  it('are not all there where the bytes end within one', () => {
    const bytes = framed(Buffer.from('abc'));
    for (let length = 1; length < bytes.length; length += 1) {
      expect(deframed([bytes.subarray(0, length)])).to.deep.equal({ messages: [], atBoundary: false });
    }
  });

  it('are refused at their length where they are too large, before they are there', () => {
    const prefix = Buffer.alloc(PREFIX_BYTES);
    writePrefix(prefix, 0, MOST_BYTES);
    expect(deframed([prefix]).atBoundary).to.equal(false);
    writePrefix(prefix, 0, MOST_BYTES + 1);
    expect(() => deframed([prefix.subarray(0, 3), prefix.subarray(3)]))
      .to.throw('Received message exceeds the maximum configured message size.')
      .with.property('code', 8);
  });

  it('are refused where they are compressed', () => {
    const bytes = framed(Buffer.from('abc'));
    bytes[0] = 1;
    expect(() => deframed([bytes]))
      .to.throw()
      .with.property('code', 13);
  });
});
