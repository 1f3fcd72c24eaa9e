import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runRounds } from '../../test/long/kill-rounds/rounds.ts';
import { freePort } from '../ports.ts';
import { startProcess } from './node-process.fixture.ts';

describe('the event store process', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'event-store-kill-'));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  it('killed in the middle of work, has every acknowledged change afterwards, whole, and none half', async () => {
    const port = await freePort('127.0.0.1');
    const figures = await runRounds({ seed: 1, rounds: 2, start: () => startProcess(directory, port) });
    expect(figures.acknowledged).to.be.greaterThan(40);
  });

  it('ends when its parent lets go of it', async () => {
    const { process: server } = await startProcess(directory);
    const ended = once(server, 'exit');
    server.disconnect();
    expect(await ended).to.deep.equal([0, null]);
  });
});
