import { expect } from 'chai';
import { inOrder } from './in-order.ts';

async function collect<T>(results: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const several of results) all.push(...several);
  return all;
}

async function* numbers(count: number, onTaken: (n: number) => void = () => {}): AsyncGenerator<number> {
  for (let n = 0; n < count; n++) {
    onTaken(n);
    yield n;
  }
}

const turns = async (count: number) => {
  for (let left = count; left > 0; left--) await new Promise((resolve) => setImmediate(resolve));
};

describe('work in order', () => {
  it('gives the results in the order of the items, however long each takes', async () => {
    const results = inOrder(numbers(50), 8, async (n) => {
      await turns((n * 7) % 5);
      return n;
    });
    expect(await collect(results)).to.deep.equal(Array.from({ length: 50 }, (_, n) => n));
  });

  it('works on at most so many at a time, and reads no further', async () => {
    let taken = 0;
    let given = 0;
    const results = inOrder(
      numbers(50, () => {
        taken += 1;
      }),
      8,
      (n) => Promise.resolve(n),
    );
    for await (const several of results) {
      given += several.length;
      await turns(3);
      expect(taken - given).to.be.at.most(9);
    }
    expect(given).to.equal(50);
  });

  it('gives those together that are there together', async () => {
    let finish = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const results = inOrder(numbers(6), 8, (n) => (n === 2 ? finished : turns(n + 1)).then(() => n));
    expect((await results.next()).value).to.deep.equal([0]);
    expect((await results.next()).value).to.deep.equal([1]);
    await turns(10);
    finish();
    expect((await results.next()).value).to.deep.equal([2, 3, 4, 5]);
    expect((await results.next()).done).to.equal(true);
  });

  it('gives what came before a failure, then fails', async () => {
    async function* failing() {
      yield 1;
      yield 2;
      throw new Error('the input broke');
    }
    const got: number[] = [];
    const failure = await (async () => {
      for await (const results of inOrder(failing(), 8, (n) => turns(2).then(() => n))) got.push(...results);
    })().then(() => undefined, String);
    expect(got).to.deep.equal([1, 2]);
    expect(failure).to.contain('the input broke');
  });

  it('lets go of its input when nobody takes the results any more', async () => {
    let released = false;
    async function* input() {
      try {
        for (let n = 0; ; n++) yield n;
      } finally {
        released = true;
      }
    }
    for await (const results of inOrder(input(), 4, (n) => Promise.resolve(n))) if (results.includes(10)) break;
    expect(released).to.equal(true);
  });
});
