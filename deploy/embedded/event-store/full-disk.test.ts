import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { expect } from 'chai';
import { startProcess } from './node-process.fixture.ts';

/** The data file may grow to this size: some tens of the appends below. */
const LIMIT_BYTES = 1_000_000;

const limitFileSize = (pid: number, bytes: number | 'unlimited') =>
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]);

describe('the event store process when the disk takes no more', () => {
  let directory: string;
  before(async function available() {
    // The limit stands in for a full disk; without util-linux's prlimit it cannot be set on a running process.
    if (spawnSync('prlimit', ['--version']).status !== 0) this.skip();
    directory = await mkdtemp(join(tmpdir(), 'event-store-full-'));
  });
  after(async () => {
    if (directory) await rm(directory, { recursive: true, force: true });
  });

  it('refuses appends, goes on reading, and takes appends again when there is room', async () => {
    const { process: server, url } = await startProcess(directory);
    const client = EventStoreDBClient.connectionString(url);
    const event = () => jsonEvent({ type: 'Large', data: { text: 'x'.repeat(20_000) } });
    const stored = async (): Promise<number> => {
      let count = 0;
      for await (const _ of client.readStream('s')) count += 1;
      return count;
    };

    limitFileSize(server.pid ?? 0, LIMIT_BYTES);
    let acknowledged = 0;
    const errors: unknown[] = [];
    for (let i = 0; i < 100; i += 1) {
      try {
        await client.appendToStream('s', event());
        acknowledged += 1;
      } catch (error) {
        errors.push(error);
      }
    }
    expect(acknowledged).to.be.greaterThan(5);
    expect(errors)
      .to.have.length(100 - acknowledged)
      .and.not.have.length(0);
    for (const error of errors) expect(error).to.include({ type: 'unknown' });
    expect(await stored()).to.equal(acknowledged);

    limitFileSize(server.pid ?? 0, 'unlimited');
    const { nextExpectedRevision } = await client.appendToStream('s', event(), {
      expectedRevision: BigInt(acknowledged - 1),
    });
    expect(nextExpectedRevision).to.equal(BigInt(acknowledged));
    expect(await stored()).to.equal(acknowledged + 1);

    await client.dispose();
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    expect(await ended).to.deep.equal([0, null]);
  });
});
