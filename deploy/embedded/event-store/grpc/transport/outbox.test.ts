import { expect } from 'chai';
import fc from 'fast-check';
import { createDeframer } from './framing.ts';
import { createOutbox, type Outbox } from './outbox.ts';

const endOfTurn = () => new Promise(setImmediate);

function recording() {
  const writes: { readonly bytes: Buffer; readonly sent: () => void }[] = [];
  const outbox = createOutbox((bytes, sent) => {
    // A copy: what comes later must not change what was let go.
    writes.push({ bytes: Buffer.from(bytes), sent });
  });
  return { outbox, writes };
}

const put = (outbox: Outbox, message: Uint8Array) =>
  outbox.put({ bytes: message.length, write: (target, at) => target.set(message, at) });

describe('an outbox', () => {
  it('lets the messages of a turn go in one write', async () => {
    const { outbox, writes } = recording();
    for (let i = 0; i < 20; i += 1) {
      await Promise.resolve();
      put(outbox, Buffer.from(`message ${i}`));
    }
    expect(writes).to.have.length(0);
    await endOfTurn();
    expect(writes).to.have.length(1);
    put(outbox, Buffer.from('later'));
    await endOfTurn();
    expect(writes).to.have.length(2);
  });

  it('keeps every message whole and in order, small and large', async () => {
    const sizes = fc.array(fc.oneof(fc.nat(300), fc.nat(5_000), fc.nat(100_000)), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(sizes, async (lengths) => {
        const { outbox, writes } = recording();
        const sent = lengths.map((length, i) => Buffer.alloc(length, i));
        for (const [i, message] of sent.entries()) {
          put(outbox, message);
          if (i % 5 === 4) await endOfTurn();
        }
        await endOfTurn();
        const received: Buffer[] = [];
        const deframer = createDeframer(1_000_000, (message) => received.push(message));
        for (const { bytes } of writes) deframer.push(bytes);
        expect(Buffer.concat(received).equals(Buffer.concat(sent))).to.equal(true);
        expect(received.map(({ length }) => length)).to.deep.equal(lengths);
      }),
      { numRuns: 50 },
    );
  });

  it('counts what it took until that is on its way', async () => {
    const { outbox, writes } = recording();
    put(outbox, Buffer.alloc(95));
    put(outbox, Buffer.alloc(95));
    expect(outbox.unsentBytes).to.equal(200);
    await endOfTurn();
    put(outbox, Buffer.alloc(45));
    await endOfTurn();
    expect(outbox.unsentBytes).to.equal(250);
    writes[0]?.sent();
    expect(outbox.unsentBytes).to.equal(50);
    writes[1]?.sent();
    expect(outbox.unsentBytes).to.equal(0);
  });
});
