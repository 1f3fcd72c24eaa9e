import { expect } from 'chai';
import { createGroupCommit, GROUP_BYTES, GROUP_ROWS } from './group-commit.ts';
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

  it('refuses what waits behind a write that fails, and writes what comes after', async () => {
    const writes: number[][] = [];
    let failure: Error | undefined = new Error('no space left on device');
    let failed = 0;
    const commit = createGroupCommit(
      async (rows) => {
        await new Promise(setImmediate);
        if (failure) throw failure;
        writes.push(rows.map(({ sequence }) => sequence));
      },
      {
        onDurable: () => undefined,
        onFailed: () => {
          failed += 1;
          failure = undefined;
        },
      },
    );
    const large: Row = { sequence: 1, record: Buffer.alloc(GROUP_BYTES + 1) };
    // Behind the large one: it does not fit into the same write.
    const refused = await Promise.allSettled([commit.add([large]), commit.add([row(2)]), commit.add([])]);
    expect(refused.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected', 'rejected']);
    await commit.add([row(1)]);
    expect({ writes, failed }).to.deep.equal({ writes: [[1]], failed: 1 });
  });

  it('is bounded: what is more waits for the next', async () => {
    const writes: number[][] = [];
    const commit = createGroupCommit(
      async (rows) => {
        writes.push(rows.map(({ sequence }) => sequence));
      },
      { onDurable: () => undefined, onFailed: () => undefined },
    );
    const large: Row = { sequence: 1, record: Buffer.alloc(GROUP_BYTES + 1) };
    await Promise.all([commit.add([large]), commit.add([row(2)]), commit.add([row(3)])]);
    expect(writes).to.deep.equal([[1], [2, 3]]);

    const many = Array.from({ length: GROUP_ROWS + 1 }, (_, i) => row(4 + i));
    await Promise.all([commit.add(many), commit.add([row(5 + GROUP_ROWS)])]);
    expect(writes.slice(2).map(({ length }) => length)).to.deep.equal([GROUP_ROWS + 1, 1]);
  });
});
