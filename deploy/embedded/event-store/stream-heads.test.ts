import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openStorage } from './storage.ts';
import { createStreamHeads } from './stream-heads.ts';

describe('the heads of streams', () => {
  it('are bounded also where nothing is ever written, and never lose what is on its way to the disk', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'stream-heads-'));
    const storage = await openStorage(directory);
    const heads = createStreamHeads(storage, 10);
    const unwritten = heads.get('unwritten');
    heads.advance(unwritten, { id: 'an id', sequence: 1 }, 0);
    const first = heads.get('first');
    for (let n = 0; n < 100; n += 1) heads.get(`refused-${n}`);
    expect(heads.get('unwritten')).to.equal(unwritten);
    expect(heads.get('first')).not.to.equal(first);
    await storage.close();
    await rm(directory, { recursive: true });
  });
});
