import { expect } from 'chai';
import fc from 'fast-check';
import { MalformedMessageError, WireReader } from './reader.ts';

const reader = (...bytes: number[]) => {
  const made = new WireReader(Buffer.from(bytes));
  made.nextField();
  return made;
};

function skipAll(bytes: Buffer): void {
  const all = new WireReader(bytes);
  while (all.nextField()) all.skip();
}

const varint = (value: bigint): number[] => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
};

describe('fields of protocol buffers', () => {
  it('hold numbers of 64 bits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
        expect(reader(0x08, ...varint(value)).uint64()).to.equal(value);
        expect(reader(0x08, ...varint(value)).int64()).to.equal(BigInt.asIntN(64, value));
      }),
    );
  });

  it('are passed over where nobody knows them: numbers, bytes, fixed ones, groups in groups', () => {
    const group = [0x0b, 0x08, 0x01, 0x13, 0x0a, 0x01, 0x61, 0x14, 0x0c];
    const fields = [
      [0x08, 0x96, 0x01],
      [0x12, 0x02, 0x68, 0x69],
      [0x19, ...Array(8).fill(7)],
      [0x25, 1, 2, 3, 4],
      group,
    ];
    skipAll(Buffer.from(fields.flat()));
  });

  const malformed: readonly [what: string, bytes: number[]][] = [
    ['a field without a value', [0x08]],
    ['a number that does not end', [0x08, 0xff]],
    ['a number of more than 64 bits', [0x08, ...Array(10).fill(0xff), 0x01]],
    ['a length beyond the end', [0x12, 0x05, 0x61]],
    ['a length of more than 32 bits', [0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ['a fixed number beyond the end', [0x0d, 1, 2]],
    ['the field number 0', [0x00, 0x01]],
    ['a wire type that does not exist', [0x0e, 0x01]],
    ['a group that does not end', [0x0b, 0x08, 0x01]],
    ['a group that ends as another', [0x0b, 0x14]],
    ['the end of no group', [0x0c]],
    ['groups without end in each other', Array(1000).fill(0x0b)],
  ];
  for (const [what, bytes] of malformed) {
    it(`are refused: ${what}`, () => {
      expect(() => skipAll(Buffer.from(bytes))).to.throw(MalformedMessageError);
    });
  }

  it('are refused where they are of another type than expected, and strings that are no UTF-8', () => {
    expect(() => reader(0x08, 0x01).bytes()).to.throw(MalformedMessageError);
    expect(() => reader(0x0a, 0x01, 0x61).uint64()).to.throw(MalformedMessageError);
    expect(() => reader(0x0a, 0x02, 0xc3, 0x28).text()).to.throw(MalformedMessageError);
    expect(reader(0x0a, 0x03, 0x61, 0xc3, 0xa4).text()).to.equal('aä');
  });

  it('of a message within the message end with it', () => {
    const outer = reader(0x0a, 0x02, 0x08, 0x01, 0x10, 0x02);
    const end = outer.enter();
    expect(outer.nextField()).to.equal(true);
    expect(outer.uint64()).to.equal(1n);
    expect(outer.nextField()).to.equal(false);
    outer.leave(end);
    expect(outer.nextField()).to.equal(true);
    expect(outer.field).to.equal(2);
  });

  it('of any bytes at all are read to their end or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          skipAll(Buffer.from(bytes));
        } catch (error) {
          expect(error).to.be.instanceOf(MalformedMessageError);
        }
      }),
    );
  });
});
