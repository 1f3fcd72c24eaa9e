import { expect } from 'chai';
import { createRecentIds } from './recent-ids.ts';

describe('the ids of recent events', () => {
  it('are known in the stream that they were last written to', () => {
    const ids = createRecentIds(10_000);
    ids.add('a', 'x', { revision: 3, sequence: 10 });
    expect(ids.revisionOf('a', 'x')).to.equal(3);
    expect(ids.revisionOf('b', 'x')).to.equal(undefined);
    ids.add('b', 'x', { revision: 0, sequence: 11 });
    expect([ids.revisionOf('a', 'x'), ids.revisionOf('b', 'x')]).to.deep.equal([undefined, 0]);
  });

  it('are forgotten above the bound, the oldest first', () => {
    const ids = createRecentIds(10 * 29);
    for (let n = 0; n < 20; n += 1) ids.add('s', `id-${n}`, { revision: n, sequence: n });
    const known = Array.from({ length: 20 }, (_, n) => n).filter((n) => ids.revisionOf('s', `id-${n}`) !== undefined);
    expect(known).to.deep.equal([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  });

  it('are forgotten alone where the write failed: what was written before is known still', () => {
    const ids = createRecentIds(10_000);
    ids.add('s', 'written', { revision: 0, sequence: 5 });
    ids.add('s', 'failed', { revision: 1, sequence: 6 });
    ids.forgetAfter(5);
    expect([ids.revisionOf('s', 'written'), ids.revisionOf('s', 'failed')]).to.deep.equal([0, undefined]);
  });
});
