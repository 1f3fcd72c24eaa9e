import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { until } from '../../../../deploy/test/until.fixture.ts';
import { eventsOf } from '../../handling/instance.fixture.ts';
import { line, type RunningCommandApi, startCommandApi } from '../command-api.fixture.ts';

describe('many transactions at once, from a client', () => {
  let api: RunningCommandApi;
  beforeEach(async () => {
    api = await startCommandApi();
    await api.openAccount();
  });
  afterEach(() => api.close());

  it('that reads: they pass through in memory that does not grow with their number', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => void warnings.push(warning);
    process.on('warning', onWarning);
    let most = 0;
    api.store.beforeCall = () => {
      most = Math.max(most, api.queues.size);
      return Promise.resolve();
    };
    const stream = api.stream();
    const total = 50_000;
    const sending = (async () => {
      const chunk = Array.from({ length: 1_000 }, (_, i) => line('nobody', `t${i}`)).join('');
      for (let sent = 0; sent < total; sent += 1_000) {
        if (!stream.request.write(chunk)) await once(stream.request, 'drain');
      }
      stream.request.end();
    })();
    let received = 0;
    const response = await stream.response;
    for await (const part of response) received += (part as Buffer).toString('latin1').split('\n').length - 1;
    await sending;
    process.off('warning', onWarning);
    expect(received).to.equal(total);
    expect(most).to.be.within(1, 1_001);
    expect(warnings).to.deep.equal([]);
  });

  it('that does not read its outcomes: no more is taken in, until it does', async () => {
    // What connections hold on the way is some 5 to 10 MB; these outcomes are some 60 kB each: they name the field twice.
    const wrong = `{"${'x'.repeat(30_000)}":0}\n`;
    const pairs = 600;
    const sending = request(`${api.url}/v1/transactions`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-ndjson' },
    });
    const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
    for (let i = 0; i < pairs; i++) sending.write(`${line('alice', `t${i}`)}${wrong}`);
    sending.end();
    const [response] = await answered;
    const taken = () => eventsOf(api.store).length - 1;
    let before = 0;
    let unchanged = 0;
    await until('the service to take in nothing more', () => {
      unchanged = taken() > 0 && taken() === before ? unchanged + 1 : 0;
      before = taken();
      return unchanged === 40;
    });
    expect(taken()).to.be.within(1, 450);
    expect(api.queues.size).to.equal(0);

    const statuses: unknown[] = [];
    for await (const outcome of createInterface({ input: response })) statuses.push(JSON.parse(outcome).status);
    expect(statuses).to.deep.equal(Array.from({ length: 2 * pairs }, (_, i) => (i % 2 === 0 ? 201 : 400)));
    expect(taken()).to.equal(pairs);
  });

  it('that sends slowly: each outcome comes before the next line is sent', async () => {
    const stream = api.stream();
    expect((await stream.response).statusCode).to.equal(200);
    for (let i = 1; i <= 5; i++) {
      stream.request.write(line('alice', `t${i}`).slice(0, 20));
      stream.request.write(line('alice', `t${i}`).slice(20));
      expect(await stream.next()).to.include({ line: i, status: 201, balance: `${i}.00` });
    }
    stream.request.end(line('alice', 'last').trimEnd());
    expect(await stream.next()).to.include({ line: 6, status: 201 });
    expect(await stream.next()).to.equal(undefined);
  });
});
