import { expect } from 'chai';
import { hashOfId, type IdHash } from './id-hash.ts';
import { TransactionIndex } from './transaction-index.ts';

function indexOf(hashes: readonly IdHash[]): TransactionIndex {
  const index = new TransactionIndex();
  for (const [at, hash] of hashes.entries()) index.add(hash, at + 1);
  return index;
}

/** More than the chunks that double, and several of those that don't. */
const many = Array.from({ length: 13_000 }, (_, i) => hashOfId(`t-${i}`));

describe('the index of an account', () => {
  it('finds each revision by its hash, and each hash by its revision, at every size', () => {
    const index = new TransactionIndex();
    for (const [at, hash] of many.entries()) {
      expect(index.candidatesOf(hash)).to.deep.equal([]);
      index.add(hash, at + 1);
      expect(index.size).to.equal(at + 1);
      for (const earlier of [0, at >> 1, at]) {
        expect(index.candidatesOf(many[earlier] ?? hash)).to.deep.equal([earlier + 1]);
      }
    }
    for (const [at, hash] of many.entries()) {
      expect(index.candidatesOf(hash), `${at}`).to.deep.equal([at + 1]);
      expect(index.hashAt(at + 1), `${at}`).to.deep.equal(hash);
    }
  });

  it('tells hashes apart of which one half is the same', () => {
    const parts = [0, 1, 2 ** 31, 2 ** 32 - 1];
    const hashes = parts.flatMap((high) => parts.map((low) => ({ high, low })));
    const index = indexOf(hashes.slice(1));
    for (const [at, hash] of hashes.entries()) {
      expect(index.candidatesOf(hash)).to.deep.equal(at === 0 ? [] : [at]);
    }
  });

  it('names all revisions of one hash, as they rise, also after it has grown', () => {
    const [same = { high: 0, low: 0 }, ...others] = many.slice(0, 2_000);
    const index = indexOf(others.flatMap((other, at) => (at % 100 === 50 ? [other, same] : [other])));
    const expected = Array.from({ length: 20 }, (_, i) => 52 + i * 101);
    expect(index.candidatesOf(same)).to.deep.equal(expected);
  });

  it('takes revisions one after another only, from 1 on', () => {
    const index = new TransactionIndex();
    const hash = hashOfId('t-1');
    expect(() => index.add(hash, 0)).to.throw("revision 0 can't be added after 0");
    index.add(hash, 1);
    for (const other of [0, 1, 3]) expect(() => index.add(hash, other), `${other}`).to.throw("can't be added after 1");
    for (const other of [0, 2]) expect(() => index.hashAt(other), `${other}`).to.throw('is not known');
    expect(index.size).to.equal(1);
    expect(index.candidatesOf(hash)).to.deep.equal([1]);
  });

  it('makes room for many at once: no larger than they need, and with all that was there before', () => {
    const index = indexOf(many.slice(0, 500));
    index.reserve(400);
    expect(index.sizeBytes).to.equal(indexOf(many.slice(0, 500)).sizeBytes);
    index.reserve(many.length);
    const reserved = index.sizeBytes;
    expect(reserved).to.be.above(indexOf(many.slice(0, 500)).sizeBytes);
    for (const [at, hash] of many.entries()) if (at >= 500) index.add(hash, at + 1);
    expect(index.sizeBytes).to.equal(indexOf(many).sizeBytes);
    expect(index.sizeBytes - reserved).to.be.below(many.length * 9);
    for (const [at, hash] of many.entries()) expect(index.candidatesOf(hash)).to.deep.equal([at + 1]);
  });

  it('takes at most 21 bytes a transaction at every size from 5,000 on, and less than 1,000 in all where there are ten', () => {
    const index = new TransactionIndex();
    for (const [at, hash] of many.entries()) {
      index.add(hash, at + 1);
      if (at === 9) expect(index.sizeBytes).to.be.lessThan(1_000);
      if (at >= 5_000) expect(index.sizeBytes / (at + 1)).to.be.within(12, 21);
    }
  });
});
