import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { hashOfId } from './id-hash.ts';

describe('the hash of a transaction id', () => {
  it('is the first 64 bits of its SHA-256, whatever bits they are', () => {
    expect(hashOfId('')).to.deep.equal({ high: 0xe3b0c442, low: 0x98fc1c14 });
    for (const id of Array.from({ length: 500 }, (_, i) => `transaction:${i}-€`)) {
      const { high, low } = hashOfId(id);
      const digest = createHash('sha256').update(id, 'utf8').digest();
      expect(digest.readBigUInt64BE(0), id).to.equal((BigInt(high) << 32n) | BigInt(low));
    }
  });
});
