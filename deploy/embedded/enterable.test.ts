import { chmod, mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { firstClosedFolder } from './enterable.ts';

describe('the way to a folder', () => {
  const stranger = { uid: 4_000_000, gid: 4_000_000 };
  let top: string;
  let inner: string;

  beforeEach(async () => {
    top = await realpath(await mkdtemp(join(tmpdir(), 'ledger-')));
    inner = join(top, 'a', 'b');
    await mkdir(inner, { recursive: true });
    for (const folder of [top, join(top, 'a'), inner]) await chmod(folder, 0o711);
  });
  afterEach(() => rm(top, { recursive: true }));

  it('is open where every folder lets others through', async () => {
    expect(await firstClosedFolder(inner, stranger)).to.equal(undefined);
  });

  it('is closed by the outermost folder that does not', async () => {
    await chmod(inner, 0o700);
    await chmod(join(top, 'a'), 0o750);
    expect(await firstClosedFolder(inner, stranger)).to.equal(join(top, 'a'));
  });

  it('is open to the owner whatever others may do', async () => {
    await chmod(inner, 0o700);
    const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    expect(await firstClosedFolder(inner, owner)).to.equal(undefined);
  });

  it('is looked at behind symbolic links', async () => {
    const closed = join(top, 'closed');
    await mkdir(closed, { mode: 0o700 });
    await symlink(closed, join(inner, 'link'));
    expect(await firstClosedFolder(join(inner, 'link'), stranger)).to.equal(closed);
  });
});
