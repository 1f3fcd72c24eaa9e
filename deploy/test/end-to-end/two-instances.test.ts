import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'chai';
import { startEventStore } from '../../embedded/event-store/node.ts';
import { until } from '../until.fixture.ts';
import { deposit, put, withdrawal } from './http.fixture.ts';
import { repository } from './ledger.fixture.ts';

const rounds = 200;

describe('two command-api processes on one event store', function () {
  this.timeout(120_000);
  const stops: (() => Promise<unknown>)[] = [];
  let origins: string[];

  before(async () => {
    const node = await startEventStore({ memory: true, port: 0 });
    stops.push(() => node.stop());
    origins = await Promise.all([startCommandApi(node.url), startCommandApi(node.url)]);
  });
  after(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  async function startCommandApi(eventStoreUrl: string): Promise<string> {
    const child = spawn(process.execPath, [join(repository, 'command-api/dist/server.js')], {
      env: { ...process.env, EVENTSTORE_URL: eventStoreUrl, COMMAND_API_PORT: '0', LOG_LEVEL: 'warn' },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    stops.push(async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    });
    const [message] = await once(child, 'message');
    const origin = `http://127.0.0.1:${message.listening.port}`;
    await until(`${origin} is ready`, async () => (await fetch(`${origin}/readyz`)).status === 200);
    return origin;
  }

  it(`let one of two racing withdrawals of 70.00 from 100.00 through and refuse the other, ${rounds} times`, async () => {
    for (let round = 0; round < rounds; round += 1) {
      const path = `/v1/accounts/race-${round}`;
      await put(`${origins[round % 2]}${path}`, { name: 'race' });
      await put(`${origins[round % 2]}${path}/transactions/in`, deposit('100.00'));
      const replies = await Promise.all(
        origins.map((origin, at) => put(`${origin}${path}/transactions/out-${at}`, withdrawal('70.00'))),
      );
      expect(replies.map(({ status }) => status).sort(), `round ${round}`).to.deep.equal([201, 402]);
      for (const { body } of replies) expect(body['balance']).to.equal('30.00');
    }
  });

  it('record one event for one transaction sent to both at the same time', async () => {
    for (let round = 0; round < 50; round += 1) {
      const path = `/v1/accounts/once-${round}`;
      await put(`${origins[0]}${path}`, { name: 'once' });
      const replies = await Promise.all(
        [...origins, ...origins].map((origin) => put(`${origin}${path}/transactions/t`, deposit('10.00'))),
      );
      expect(replies.map(({ status }) => status).sort(), `round ${round}`).to.deep.equal([200, 200, 200, 201]);
      expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).to.equal(1);
    }
  });
});
