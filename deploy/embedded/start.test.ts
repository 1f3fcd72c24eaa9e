import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPool } from '@ledger/shared/database/pool';
import { createLog } from '@ledger/shared/log';
import { expect } from 'chai';
import { until } from '../test/until.fixture.ts';
import {
  buildStandIns,
  kill,
  type LedgerRun,
  openFolder,
  processesOf,
  startLedger,
  untilNothingRuns,
  untilReady,
  untilRuns,
} from './stand-ins/ledger-run.fixture.ts';

const postmaster = /bin\/postgres -D/;
const watcher = /postgres-watcher/;
const stopsWithinMs = 5_000;

describe('npm start', function () {
  this.timeout(60_000);
  let folder: string;
  let data: string;
  let foreign: ChildProcess | undefined;

  before(async function () {
    // /proc is how these tests find what is left.
    if (process.platform !== 'linux') this.skip();
    await buildStandIns();
    folder = await openFolder();
    data = join(folder, 'data');
  });
  async function killAll(): Promise<void> {
    for (const { pid } of await processesOf(folder)) kill(pid);
    await untilNothingRuns(folder, stopsWithinMs);
  }
  after(async () => {
    foreign?.kill('SIGKILL');
    await killAll();
    await rm(folder, { recursive: true, force: true });
  });

  const start = (env: NodeJS.ProcessEnv = {}) => startLedger({ LEDGER_DATA_DIR: data, ...env });

  describe('before anything is started', () => {
    it('explains itself', async () => {
      const run = startLedger({}, { args: ['--help'] });
      expect(await run.ended).to.equal(0);
      expect(run.stdout()).to.contain('LEDGER_DATA_DIR').and.contain('EVENTSTORE_URL');
    });

    it('does not start anything where npm was killed before', async () => {
      const run = start({ NPM_PID: '1' });
      expect(await run.ended).to.equal(0);
      expect(run.stdout() + run.stderr()).to.equal('');
      await untilNothingRuns(folder, 1_000);
    });

    it('refuses a wrong configuration, an argument, and a folder that cannot be made, in one line each', async () => {
      await writeFile(join(folder, 'file'), '');
      const below = join(folder, 'file', 'below');
      await Promise.all([
        expectRefusal(start({ GATEWAY_PORT: 'x', LEDGER_DATADIR: 'y' }), [
          /^LEDGER_DATADIR: .*LEDGER_DATA_DIR/,
          /^GATEWAY_PORT=x: /,
        ]),
        expectRefusal(startLedger({ LEDGER_DATA_DIR: data }, { args: ['--halp'] }), [/^--halp: .*--help/]),
        expectRefusal(start({ LEDGER_DATA_DIR: below }), [/^LEDGER_DATA_DIR=.*ENOTDIR.*set LEDGER_DATA_DIR/]),
        expectRefusal(start({ LEDGER_DATA_DIR: '/proc/ledger' }), [/^LEDGER_DATA_DIR=.*ENOENT.*set LEDGER_DATA_DIR/]),
      ]);
      await untilNothingRuns(folder, 1_000);
    });

    it('refuses a folder that its user may not write, and one that PostgreSQL may not enter', async function () {
      // Only root can be another user, and only root has PostgreSQL run as one.
      if (process.getuid?.() !== 0) this.skip();
      const closed = join(folder, 'closed');
      await mkdir(closed, { mode: 0o700 });
      await Promise.all([
        expectRefusal(startLedger({ LEDGER_DATA_DIR: join(folder, 'x') }, { uid: 65_534 }), [
          /^LEDGER_DATA_DIR=.*EACCES.*set LEDGER_DATA_DIR/,
        ]),
        expectRefusal(start({ LEDGER_DATA_DIR: join(closed, 'data') }), [
          new RegExp(`cannot enter ${closed}, on the way to the data: .*LEDGER_DATA_DIR`),
        ]),
      ]);
      await chmod(closed, 0o755);
      await untilNothingRuns(folder, 1_000);
    });
  });

  describe('in the middle of making the database', () => {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      it(`leaves no process and nothing half done after ${signal}`, async () => {
        const run = start();
        await untilRuns(folder, /initdb/);
        process.kill(run.pid, signal);
        expect(await run.ended).to.equal(signal === 'SIGTERM' ? 0 : 'SIGKILL');
        await untilNothingRuns(folder, stopsWithinMs);
        expect(await readdir(data)).not.to.include('postgres');
      });
    }

    it('says which process could not start, and why', async () => {
      const run = start({ STAND_IN_FAILS: 'PROJECTOR_PORT', DATABASE_URL: 'postgres://u:p@127.0.0.1:1/x' });
      await expectRefusal(run, [/^projector could not start \(exit code 1\)/, /^EXAMPLE=x: expected something else/]);
      await untilNothingRuns(folder, 1_000);
    });
  });

  describe('once it runs', () => {
    let run: LedgerRun;
    let gateway: string;
    before(async () => {
      run = start();
      gateway = await untilReady(run);
    });
    after(killAll);

    it('has its services use its own PostgreSQL, durable, by password, on this machine only', async () => {
      const { DATABASE_URL = '' } = await environmentOf(run, 'projector');
      const pool = createPool(DATABASE_URL, { log: createLog('test', 'silent') });
      const { rows } = await pool.query(
        `select current_database() as name, pg_encoding_to_char(encoding) as encoding,
           current_setting('fsync') as fsync, current_setting('listen_addresses') as listens
         from pg_database where datname = current_database()`,
      );
      await pool.end();
      expect(rows).to.deep.equal([{ name: 'ledger', encoding: 'UTF8', fsync: 'on', listens: '127.0.0.1' }]);
      expect((await stat(join(data, 'postgres/password'))).mode & 0o777).to.equal(0o600);
      const guess = createPool(DATABASE_URL.replace(/:[0-9a-f]+@/, ':guess@'), { log: createLog('test', 'silent') });
      const refusal: unknown = await guess.query('select 1').catch((error: unknown) => error);
      await guess.end();
      expect(String(refusal)).to.contain('password authentication failed');
    });

    it('keeps a second one off its folder and its port', async () => {
      const port = new URL(gateway).port;
      await Promise.all([
        expectRefusal(start(), [/^LEDGER_DATA_DIR=.*another ledger is running.*set LEDGER_DATA_DIR/]),
        expectRefusal(start({ LEDGER_DATA_DIR: join(folder, 'other'), GATEWAY_PORT: port }), [
          new RegExp(`^GATEWAY_PORT=${port}: the port is taken .*set GATEWAY_PORT`),
        ]),
      ]);
    });

    it('starts a killed process again on its port, and says so', async () => {
      const killed = await untilRuns(folder, /stand-ins\/query-api/);
      process.kill(killed, 'SIGKILL');
      const restarted = /query-api ended \(killed by SIGKILL\); starting it again in 0.2 s/;
      await until('a line that says so', () => restarted.test(run.stdout()), 5_000);
      await until('an answer on the same port', () => environmentOf(run, 'query-api').catch(() => undefined), 20_000);
    });

    for (const [what, command, signal] of [
      ['PostgreSQL', postmaster, 'SIGKILL'],
      ['PostgreSQL', postmaster, 'SIGTERM'],
      ['its watcher', watcher, 'SIGKILL'],
    ] as const) {
      it(`has PostgreSQL again after a ${signal} of ${what}, also where it has clients`, async () => {
        const { DATABASE_URL = '' } = await environmentOf(run, 'projector');
        const pool = createPool(DATABASE_URL, { log: createLog('test', 'silent') });
        // One that never leaves, as the projector, which has its lock on a connection.
        const client = await pool.connect();
        const cutOff = new Promise((resolve) => client.on('error', resolve));
        const former = await untilRuns(folder, postmaster);
        process.kill(await untilRuns(folder, command), signal);
        await until('another PostgreSQL', async () => (await untilRuns(folder, postmaster)) !== former, 20_000);
        await until('an answer of PostgreSQL', () => pool.query('select 1').then(Boolean, () => false), 20_000);
        await cutOff;
        client.release(true);
        await pool.end();
      });
    }

    it('stops within 5 s, and leaves no process behind', async () => {
      process.kill(run.pid, 'SIGTERM');
      const stopped = await Promise.race([run.ended, until('the end', () => undefined, stopsWithinMs)]);
      expect(stopped).to.equal(0);
      expect(run.stderr()).to.equal('');
      await untilNothingRuns(folder, 500);
    });
  });

  describe('when it is killed', () => {
    it('alone, all of its processes end', async () => {
      const run = start();
      await untilReady(run);
      process.kill(run.pid, 'SIGKILL');
      await untilNothingRuns(folder, stopsWithinMs);
    });

    it('before its processes have come up, they end as well', async () => {
      const run = start();
      await untilRuns(folder, watcher);
      process.kill(run.pid, 'SIGKILL');
      await untilNothingRuns(folder, stopsWithinMs);
    });

    it('with its whole group, nothing is left, and it starts again past a postmaster.pid that is stale', async () => {
      const run = start();
      await untilReady(run);
      process.kill(-run.pid, 'SIGKILL');
      await untilNothingRuns(folder, stopsWithinMs);

      foreign = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      const pidFile = join(data, 'postgres/data/postmaster.pid');
      const [, ...rest] = (await readFile(pidFile, 'utf8')).split('\n');
      await writeFile(pidFile, [foreign.pid, ...rest].join('\n'));
      const next = start();
      await untilReady(next);
      expect(next.stdout()).to.contain('removed a stale postmaster.pid');
      expect(foreign.exitCode, 'the foreign process').to.equal(null);

      // Every process but PostgreSQL: it is left alone in the world.
      const left = await untilRuns(folder, postmaster);
      for (const { pid, command } of await processesOf(folder)) {
        if (!command.includes('postgres:') && pid !== left) kill(pid);
      }
      await next.ended;
      const last = start({ STAND_IN_CLINGS: 'yes' });
      await untilReady(last);
      expect(last.stdout()).to.contain(`stopped a PostgreSQL (process ${left})`);

      process.kill(last.pid, 'SIGINT');
      const stopped = await Promise.race([last.ended, until('the end', () => undefined, stopsWithinMs)]);
      expect(stopped).to.equal(0);
      await untilNothingRuns(folder, 500);
    });
  });

  it('runs the real services, as compiled, and a Ctrl-C to all of them is no reason to start one again', async () => {
    const run = startLedger({ LEDGER_DATA_DIR: join(folder, 'real') }, { start: 'compiled' });
    const gateway = await untilReady(run);
    const put = async (path: string, body: object) => {
      const headers = { 'Content-Type': 'application/json' };
      return fetch(gateway + path, { method: 'PUT', headers, body: JSON.stringify(body) });
    };
    expect((await put('/v1/accounts/alice', { name: 'Alice' })).status).to.equal(201);
    const deposit = await put('/v1/accounts/alice/transactions/t-1', { type: 'deposit', amount: '100.00' });
    expect(deposit.status).to.equal(201);
    const balance = await fetch(`${gateway}/v1/accounts/alice/balance?consistency=strong`);
    expect(await balance.json()).to.include({ balance: '100.00' });

    process.kill(-run.pid, 'SIGINT');
    const stopped = await Promise.race([run.ended, until('the end', () => undefined, stopsWithinMs)]);
    expect(stopped).to.equal(0);
    expect(run.stdout()).not.to.contain('starting it again');
    await untilNothingRuns(folder, 500);
  });
});

async function expectRefusal(run: LedgerRun, lines: readonly RegExp[]): Promise<void> {
  expect(await run.ended).to.equal(1);
  const printed = run.stderr().trim().split('\n');
  expect(printed, run.stderr()).to.have.length(lines.length);
  for (const [index, line] of lines.entries()) expect(printed[index]).to.match(line);
}

function originOf(run: LedgerRun, service: string): string {
  return new RegExp(`^  ${service} +(\\S+)`, 'm').exec(run.stdout())?.[1] ?? expect.fail(`no ${service}`);
}

/** What a stand-in was given. */
async function environmentOf(run: LedgerRun, service: string): Promise<NodeJS.ProcessEnv> {
  const answer = await fetch(originOf(run, service));
  return (await answer.json()) as NodeJS.ProcessEnv;
}
