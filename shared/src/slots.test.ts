import { setImmediate as endOfTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { createSlots } from './slots.ts';

/** Work that goes on until it is told how it ends. */
function heldWork(name: string, begun: string[]) {
  let end = (_isRight: boolean) => {};
  const ending = new Promise<string>((resolve, reject) => {
    end = (isRight) => (isRight ? resolve(name) : reject(new Error(`${name} failed`)));
  });
  const work = () => {
    begun.push(name);
    return ending;
  };
  return { work, end };
}

describe('slots', () => {
  it('let so much work begin, and the next in its order when one has ended, however it ends', async () => {
    const begun: string[] = [];
    const works = ['a', 'b', 'c', 'd', 'e'].map((name) => heldWork(name, begun));
    const [a, b, c, d, e] = works;
    const inSlot = createSlots(2);
    const results = works.map(({ work }) => inSlot(work).catch((error: unknown) => error));
    await endOfTurn();
    expect(begun).to.deep.equal(['a', 'b']);
    b?.end(false);
    await endOfTurn();
    expect(begun).to.deep.equal(['a', 'b', 'c']);
    a?.end(true);
    c?.end(true);
    await endOfTurn();
    expect(begun).to.deep.equal(['a', 'b', 'c', 'd', 'e']);
    d?.end(true);
    e?.end(true);
    const [, failed, ...others] = await Promise.all(results);
    expect(failed).to.have.property('message', 'b failed');
    expect(others).to.deep.equal(['c', 'd', 'e']);
  });

  it('are all free again after work that failed at once', async () => {
    const inSlot = createSlots(1);
    const errors: unknown[] = [];
    for (let n = 1; n <= 3; n++) {
      void inSlot(() => Promise.reject(new Error('failed'))).catch((error) => errors.push(error));
      await endOfTurn();
      expect(errors).to.have.length(n);
    }
  });
});
