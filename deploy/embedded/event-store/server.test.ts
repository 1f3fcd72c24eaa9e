import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { lockDirectory } from '../directory-lock.ts';
import { startEventStore } from './node.ts';

/** As `npm run build` left it. */
const SERVER = fileURLToPath(new URL('../../dist/embedded/event-store/server.js', import.meta.url));

/** What the process says on stderr, what it prints, and its exit code. */
async function run(
  variables: Record<string, string>,
  ...options: string[]
): Promise<{ code: number; said: string; printed: string }> {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [SERVER, ...options], {
    env: { PATH, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let printed = '';
  child.stdout.on('data', (text) => {
    printed += String(text);
  });
  child.stderr.on('data', (text) => {
    said += String(text);
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, said, printed };
}

describe('the event store process refuses to start', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'event-store-server-'));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  async function says(lines: number, variables: Record<string, string>, ...parts: string[]): Promise<void> {
    const { code, said } = await run(variables);
    expect(code).to.equal(1);
    expect(said.trimEnd().split('\n')).to.have.length(lines);
    for (const part of parts) expect(said).to.contain(part);
  }

  it('without a directory, or with a wrong port', () =>
    says(2, { EVENTSTORE_PORT: 'http' }, 'EVENTSTORE_PORT=http', 'EVENTSTORE_DIR is not set'));

  it('where another owns the directory', async () => {
    const lock = await lockDirectory(directory, { waitMs: 0 });
    await says(1, { EVENTSTORE_DIR: directory, EVENTSTORE_PORT: '0' }, directory, 'in use', 'set EVENTSTORE_DIR');
    await lock.release();
  });

  it('where the directory cannot be made', async () => {
    await writeFile(join(directory, 'file'), '');
    await says(
      1,
      { EVENTSTORE_DIR: join(directory, 'file', 'x'), EVENTSTORE_PORT: '0' },
      'ENOTDIR',
      'set EVENTSTORE_DIR',
    );
  });

  it('on a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address ? String(address.port) : '';
    await says(1, { EVENTSTORE_DIR: directory, EVENTSTORE_PORT: port }, `port ${port} is taken`, 'set EVENTSTORE_PORT');
    other.close();
  });
});

describe('the event store process with --verify', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'event-store-server-'));
    const node = await startEventStore({ dataDir: directory, port: 0 });
    await node.stop();
  });
  after(() => rm(directory, { recursive: true, force: true }));

  it('says that all is as it was written, with exit code 0', async () => {
    const { code, printed } = await run({}, '--data', directory, '--verify');
    expect(printed).to.contain('1 entries read, 1 events in 1 streams');
    expect(code).to.equal(0);
  });

  it('says which file is damaged, with exit code 1', async () => {
    await truncate(join(directory, 'events.mdb'), 5000);
    const { code, said } = await run({}, '--data', directory, '--verify');
    expect(said).to.contain(join(directory, 'events.mdb')).and.contain('LMDB cannot read it');
    expect(code).to.equal(1);
  });

  it('says so where there is nothing, with exit code 1', async () => {
    const { code, said } = await run({}, '--data', join(directory, 'nothing'), '--verify');
    expect(said).to.contain('ENOENT');
    expect(code).to.equal(1);
  });
});
