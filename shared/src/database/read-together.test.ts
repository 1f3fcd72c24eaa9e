import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { readTogether } from './read-together.ts';

describe('what is read together', () => {
  /** A read that answers when it is told to. */
  function heldRead() {
    const reads: { keys: readonly number[]; answer: () => void; fail: (error: Error) => void }[] = [];
    const read = (keys: readonly number[]) =>
      new Promise<readonly string[]>((resolve, reject) => {
        reads.push({ keys, answer: () => resolve(keys.map(String)), fail: reject });
      });
    return { reads, read };
  }
  const keysOf = (reads: readonly { keys: readonly number[] }[]) => reads.map(({ keys }) => keys);

  it('is what is asked for in one turn; each gets its own', async () => {
    const { reads, read } = heldRead();
    const ask = readTogether(read, { statements: 2, keys: 10 });
    const asked = Promise.all([ask(1), ask(2), ask(1)]);
    await setImmediate();
    expect(keysOf(reads)).to.deep.equal([[1, 2, 1]]);
    reads[0]?.answer();
    expect(await asked).to.deep.equal(['1', '2', '1']);
  });

  it('is what is asked for while others are read, in statements of so many keys', async () => {
    const { reads, read } = heldRead();
    const ask = readTogether(read, { statements: 1, keys: 2 });
    const first = ask(0);
    await setImmediate();
    const later = [1, 2, 3].map(ask);
    await setImmediate();
    expect(keysOf(reads)).to.deep.equal([[0]]);
    reads[0]?.answer();
    await first;
    await setImmediate();
    expect(keysOf(reads)).to.deep.equal([[0], [1, 2]]);
    reads[1]?.answer();
    await Promise.all(later.slice(0, 2));
    await setImmediate();
    reads[2]?.answer();
    expect(await later[2]).to.equal('3');
  });

  it('fails together, and the next is read again', async () => {
    const { reads, read } = heldRead();
    const ask = readTogether(read, { statements: 1, keys: 10 });
    const failing = Promise.allSettled([ask(1), ask(2)]);
    await setImmediate();
    reads[0]?.fail(new Error('lost'));
    expect((await failing).map(({ status }) => status)).to.deep.equal(['rejected', 'rejected']);
    const next = ask(3);
    await setImmediate();
    reads[1]?.answer();
    expect(await next).to.equal('3');
  });
});
