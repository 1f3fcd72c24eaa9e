import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { DirectoryInUseError, lockDirectory } from './directory-lock.ts';

/** A process that takes the lock, says so, and stays. */
async function ownerOf(dir: string): Promise<ChildProcess> {
  const module = new URL('./directory-lock.ts', import.meta.url).href;
  const code = `import(${JSON.stringify(module)}).then((m) => m.lockDirectory(${JSON.stringify(dir)}, { waitMs: 0 })).then(() => { console.log('locked'); setInterval(() => {}, 1e6); })`;
  const child = spawn(process.execPath, ['--import', 'tsx', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return child;
}

const refusal = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('the lock of a directory', () => {
  let parent: string;
  let dir: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'directory-lock-'));
    dir = join(parent, 'made', 'on', 'the', 'way');
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  it('has one owner, also within one process', async () => {
    const lock = await lockDirectory(dir, { waitMs: 0 });
    const error = await refusal(lockDirectory(dir, { waitMs: 50 }));
    expect(error).to.be.instanceOf(DirectoryInUseError);
    expect((error as Error).message).to.contain(dir);
    await lock.release();
    await lock.release();
    await (await lockDirectory(dir, { waitMs: 0 })).release();
  });

  it('waits for the owner to give it up', async () => {
    const lock = await lockDirectory(dir, { waitMs: 0 });
    const waiting = lockDirectory(dir, { waitMs: 10_000 });
    await lock.release();
    await (await waiting).release();
  });

  it('says what the system says where the directory cannot be made', async () => {
    await writeFile(join(parent, 'file'), '');
    expect(await refusal(lockDirectory(join(parent, 'file', 'below'), { waitMs: 0 }))).to.include({ code: 'ENOTDIR' });
  });

  it('ends with its process, killed or not', async () => {
    const owner = await ownerOf(dir);
    expect(await refusal(lockDirectory(dir, { waitMs: 0 }))).to.be.instanceOf(DirectoryInUseError);
    const waiting = lockDirectory(dir, { waitMs: 10_000 });
    owner.kill('SIGKILL');
    await (await waiting).release();
  });
});
