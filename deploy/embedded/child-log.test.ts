import { appendFile, mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { lastWords, openLog, rotateLog } from './child-log.ts';

describe("a process's log", () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ledger-'));
    file = join(folder, 'x.log');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is put aside once it is above 10 MB', async () => {
    await rotateLog(file);
    await appendFile(file, 'a line\n');
    await rotateLog(file);
    expect(await readdir(folder)).to.deep.equal(['x.log']);
    await truncate(file, 11 * 1024 * 1024);
    await rotateLog(file);
    expect(await readdir(folder)).to.deep.equal(['x.log.1']);
  });

  it('gives the last plain lines since the process began, without stacks', async () => {
    await appendFile(file, 'of the process before\n');
    const { handle, startsAt } = await openLog(file);
    await handle.appendFile('{"level":"info","msg":"listening"}\nError: it broke\n    at here\n');
    await handle.close();
    expect(await lastWords(file, startsAt)).to.deep.equal(['Error: it broke']);
  });

  it('gives the last logged error where there are no plain lines, and nothing where there is none', async () => {
    await appendFile(file, '{"level":"error","msg":"first"}\n{"level":"fatal","msg":"the \\"second\\""}\n{"level":"in');
    expect(await lastWords(file, 0)).to.deep.equal(['the "second"']);
    expect(await lastWords(file, (await openLogSize(file)) - 12)).to.deep.equal([]);
  });
});

async function openLogSize(file: string): Promise<number> {
  const { handle, startsAt } = await openLog(file);
  await handle.close();
  return startsAt;
}
