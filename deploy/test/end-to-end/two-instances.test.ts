import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'chai';
import { startEventStore } from '../../embedded/event-store/node.ts';
import { until } from '../until.fixture.ts';
import { deposit, put, type Reply, withdrawal } from './http.fixture.ts';
import { repository } from './ledger.fixture.ts';

const rounds = 200;
const reuses = 100;

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

  it(`answer one id with two contents, sent at the same revision, with one outcome and one 409, never with two acknowledgements, ${reuses} times`, async () => {
    for (let round = 0; round < reuses; round += 1) {
      const path = `/v1/accounts/reuse-${round}`;
      await put(`${origins[round % 2]}${path}`, { name: 'reuse' });
      // Both know the account as it stands then.
      for (const origin of origins) await put(`${origin}${path}/transactions/in`, deposit('100.00'));
      const contents = [withdrawal('10.00'), withdrawal('20.00')];
      const send = () =>
        Promise.all(origins.map((origin, at) => put(`${origin}${path}/transactions/out`, contents[at])));
      const first = await send();
      const won = first.findIndex(({ status }) => status === 201);
      const statuses = won === 0 ? [201, 409] : [409, 201];
      expect(
        first.map(({ status }) => status),
        `round ${round}`,
      ).to.deep.equal(statuses);
      const { body: refusal } = first[1 - won] as Reply;
      expect(refusal, `round ${round}`).to.deep.include({
        type: '/problems/transaction-id-reused',
        differs: ['amount'],
      });
      const again = await send();
      expect(
        again.map(({ status }) => status),
        `round ${round}, again`,
      ).to.deep.equal(statuses.map((status) => (status === 201 ? 200 : 409)));
      expect(again[won]?.body, `round ${round}, again`).to.deep.equal(first[won]?.body);
    }
  });
});
