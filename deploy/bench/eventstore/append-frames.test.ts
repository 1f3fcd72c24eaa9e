import { expect } from 'chai';
import { createIdReader } from './append-frames.ts';

const UUID = '6f1c1a52-7f34-4e0e-8c9d-2a5b1f3e4d6c';

/** A message as the client writes it: the id's field, then anything. */
function message(id: string, rest: number): Buffer {
  const field = Buffer.concat([Buffer.from([0x0a, 38, 0x12, 36]), Buffer.from(id)]);
  const body = Buffer.concat([field, Buffer.alloc(rest, 7)]);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(body.length, 1);
  return Buffer.concat([prefix, body]);
}

const idOf = (field: Buffer) => field.subarray(4).toString();

describe('the correlation ids of appends', () => {
  const ids = [UUID, UUID.replaceAll('6', '7'), UUID.replaceAll('c', 'd')];
  const bytes = Buffer.concat(ids.map((id, i) => message(id, i * 50)));

  it('are found in whatever pieces the messages come', () => {
    for (const size of [1, 3, 44, 45, 46, 100, bytes.length]) {
      const idsIn = createIdReader();
      const found: string[] = [];
      for (let at = 0; at < bytes.length; at += size) found.push(...idsIn(bytes.subarray(at, at + size)).map(idOf));
      expect(found, `pieces of ${size} bytes`).to.deep.equal(ids);
    }
  });

  it('have to come first', () => {
    const other = message(UUID, 0);
    other[5] = 0x12;
    expect(() => createIdReader()(other)).to.throw('correlation id');
  });
});
