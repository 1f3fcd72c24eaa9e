import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { lockDirectory } from '../directory-lock.ts';

const SERVER = fileURLToPath(new URL('./server.ts', import.meta.url));

/** What the process says on stderr, and its exit code. */
async function refusal(variables: Record<string, string>): Promise<{ code: number; said: string }> {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions', 'ledger-source', SERVER], {
    env: { PATH, ...variables },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said += String(text);
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, said };
}

describe('the event store process refuses to start', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'event-store-server-'));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  async function says(lines: number, variables: Record<string, string>, ...parts: string[]): Promise<void> {
    const { code, said } = await refusal(variables);
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
