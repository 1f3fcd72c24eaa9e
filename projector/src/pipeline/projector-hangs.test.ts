import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { appendHistory } from '../../../deploy/test/account-history.fixture.ts';
import { startTcpProxy, type TcpProxy } from '../../../deploy/test/tcp-proxy.fixture.ts';
import { until } from '../../../deploy/test/until.fixture.ts';
import type { Projector } from './projector.ts';
import { ProjectorUnderTest, someHistory } from './projector-under-test.fixture.ts';
import { missingOf } from './status.ts';

describe('the projector, where PostgreSQL says nothing any more', () => {
  const test = new ProjectorUnderTest();
  let proxy: TcpProxy;
  let projector: Projector;
  beforeEach(async () => {
    await test.prepare();
    const database = new URL(test.databaseUrl);
    proxy = await startTcpProxy(Number(database.port));
    projector = test.start({ databaseUrl: Object.assign(database, { port: proxy.port }).href });
    await until('it leads', () => projector.status().phase === 'leading');
    await until('it is ready', () => missingOf(projector.status()).length === 0);
  });
  afterEach(async () => {
    proxy.mend();
    await test.cleanUp();
    await proxy.stop();
  });

  it('is not ready within 5 s, gives up the batch that hangs, and projects it on new connections', async () => {
    const history = someHistory('alice');
    await appendHistory(test.store, history, 3);
    await test.projected(history, 2);
    proxy.abandon();
    await appendHistory(test.store, history);
    const why = await until('it is not ready', () => missingOf(projector.status())[0], 5_000);
    expect(why).to.include('PostgreSQL: ');
    await test.projected(history);
    await test.expectProjected(history);
  });

  it('has made PostgreSQL ask for it every second, so that a dead host’s lock is let go of', async function () {
    if (process.platform !== 'linux') this.skip();
    const { rows } = await test.pool.query<{ port: number }>(
      `SELECT client_port AS port FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND granted AND datname = current_database()`,
    );
    expect(rows).to.have.length(1);
    const hex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0');
    const server = hex(Number(new URL(test.databaseUrl).port));
    // Columns: local and remote address, state, queues, then timer 2 (keep-alive) and when it fires, in 1/100 s. Just
    // after something was sent, it is another timer.
    const line = new RegExp(`:${server} 0100007F:${hex(rows[0]?.port ?? 0)} 01 \\w+:\\w+ 02:(\\w+)`);
    const firesIn = await until('PostgreSQL has a keep-alive timer', async () =>
      line.exec(await readFile('/proc/net/tcp', 'utf8'))?.at(1),
    );
    expect(Number.parseInt(firesIn, 16)).to.be.at.most(100);
  });
});
