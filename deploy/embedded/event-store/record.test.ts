import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { encodeEvent, encodeNoEvent, isBodyWhole, isHeadWhole, typeSpan, withChecksums } from './record.ts';

const SEQUENCE = 7;
const record = encodeEvent({ sequence: SEQUENCE, stream: 'orders-1', revision: 3 }, 1_700_000_000_000, {
  id: randomUUID(),
  type: 'Placed',
  isJson: true,
  metadata: Buffer.from('{"by":"me"}'),
  data: Buffer.from('{"n":1}'),
});

describe('the checksums of an entry', () => {
  it('hold for it as it was written, with events or without', () => {
    for (const entry of [record, encodeNoEvent(SEQUENCE, 0)]) {
      expect([isHeadWhole(entry, SEQUENCE), isBodyWhole(entry)]).to.deep.equal([true, true]);
    }
  });

  it('do not hold with any bit changed', () => {
    const bodyAt = typeSpan(record).end;
    for (let bit = 0; bit < record.length * 8; bit += 1) {
      const changed = Buffer.from(record);
      const at = bit >> 3;
      changed[at] = (record[at] ?? 0) ^ (1 << (bit & 7));
      // The body's checksum, four bytes from 52 on, is no part of the head.
      const inBody = at >= bodyAt || (at >= 52 && at < 56);
      expect(inBody ? isHeadWhole(changed, SEQUENCE) : !isHeadWhole(changed, SEQUENCE), `bit ${bit}`).to.equal(true);
      if (inBody) expect(isBodyWhole(changed), `bit ${bit}`).to.equal(false);
    }
  });

  it('do not hold at another place in the log, nor for less or more than was written', () => {
    expect(isHeadWhole(record, SEQUENCE + 1)).to.equal(false);
    expect(isHeadWhole(record.subarray(0, -1), SEQUENCE)).to.equal(false);
    expect(isHeadWhole(Buffer.concat([record, Buffer.alloc(1)]), SEQUENCE)).to.equal(false);
    expect(isHeadWhole(record.subarray(0, 20), SEQUENCE)).to.equal(false);
  });

  it('are what an entry of layout 1 gets', () => {
    const unchecked = Buffer.concat([record.subarray(0, 48), record.subarray(56)]);
    expect(withChecksums(unchecked, SEQUENCE).equals(record)).to.equal(true);
  });
});
