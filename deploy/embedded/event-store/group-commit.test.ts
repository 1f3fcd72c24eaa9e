import { expect } from 'chai';
import { createGroupCommit } from './group-commit.ts';
import type { Row } from './storage.ts';

describe('a group commit', () => {
  const row = (sequence: number): Row => ({ sequence, record: Buffer.from(`record ${sequence}`) });

  it('takes everything that waits while a write runs into the next one', async () => {
    const writes: number[][] = [];
    const durable: number[] = [];
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let began = () => {};
    const firstBegan = new Promise<void>((resolve) => {
      began = resolve;
    });
    const commit = createGroupCommit(
      async (rows) => {
        writes.push(rows.map(({ sequence }) => sequence));
        began();
        await held;
      },
      { onDurable: (newest) => durable.push(newest), onFailed: () => undefined },
    );
    const first = commit.add([row(1)]);
    await firstBegan;
    const others = Array.from({ length: 50 }, (_, i) => commit.add([row(2 + i)]));
    expect(durable).to.deep.equal([]);
    release();
    await Promise.all([first, ...others]);
    expect(writes).to.deep.equal([[1], Array.from({ length: 50 }, (_, i) => 2 + i)]);
    expect(durable).to.deep.equal([1, 51]);
  });
});
