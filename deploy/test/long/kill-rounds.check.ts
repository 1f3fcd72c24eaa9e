import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { startProcess } from '../../embedded/event-store/node-process.fixture.ts';
import { freePort } from '../../embedded/ports.ts';
import { repository } from '../end-to-end/ledger.fixture.ts';
import { runRounds } from './kill-rounds/rounds.ts';

const NODE = join(repository, 'deploy/dist/embedded/event-store/server.js');

const seed = Number(process.env['SEED'] ?? randomInt(2 ** 32));
const rounds = Number(process.env['ROUNDS'] ?? 200);

describe('the event store process, killed again and again', function () {
  this.timeout(15 * 60_000);
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'event-store-rounds-'));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  it(`loses nothing that it acknowledged, keeps nothing by half, and its subscribers miss nothing: ${rounds} rounds, SEED=${seed}`, async () => {
    const port = await freePort('127.0.0.1');
    const figures = await runRounds({
      seed,
      rounds,
      start: () => startProcess(directory, port),
      progress: (line) => console.log(`      ${line}`),
    });
    const { stdout, stderr, status } = spawnSync(process.execPath, [NODE, '--verify', '--data', directory], {
      encoding: 'utf8',
    });
    console.log(`      ${stdout.trim()}`);
    expect(status, stderr).to.equal(0);
    console.log(`      ${JSON.stringify(figures, undefined, 1).replaceAll('\n', '\n      ')}`);
  });
});
