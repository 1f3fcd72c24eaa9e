import { createHttpApp } from '@ledger/shared/http/app';
import { listen } from '@ledger/shared/http/server';
import { createLog } from '@ledger/shared/log';
import { expect } from 'chai';
import { Registry } from 'prom-client';
import { createInstance } from '../../handling/instance.fixture.ts';
import { createSimulatedStore, lostAfterWriting, lostBeforeWriting } from '../../handling/simulated-store.fixture.ts';
import { expectProblem, type RunningCommandApi, startCommandApi, wrongFields } from '../command-api.fixture.ts';
import { firstGenerationRoutes } from './v1.ts';

const generations = [
  { name: 'first', send: ['POST', '/v1/transaction'], date: 'timestamp', refused: 402 },
  { name: 'second', send: ['PUT', '/api/transaction/'], date: 'created_at', refused: 409 },
] as const;

for (const { name, send, date, refused } of generations) {
  describe(`a transaction of the ${name} generation`, () => {
    const [method, path] = send;
    let api: RunningCommandApi;
    before(async () => {
      api = await startCommandApi();
      await api.openAccount('42');
    });
    after(() => api.close());

    const content = { uid: 'u', type: 'DEPOSIT', user_id: 42, amount: '1.00' };
    const put = (body: unknown, headers?: Record<string, string>) => api.send(method, path, body, headers);

    it('is written with the amount as a number of up to 15 digits, exactly', async () => {
      for (const [at, [number, amount]] of (
        [
          ['100', '100.00'],
          ['1.10', '1.10'],
          ['1e2', '100.00'],
          ['9999999999999.99', '9999999999999.99'],
          ['0.010000000000000', '0.01'],
          ['0.000000e0', undefined],
          ['1.5e-2', undefined],
          ['100000000000000.01', undefined],
          ['1.0000000000000000', undefined],
          ['9007199254740993', undefined],
          ['0.1000000000000000055', undefined],
          ['1e999', undefined],
          ['-1', undefined],
        ] as const
      ).entries()) {
        const response = await put(`{"uid":"n-${at}","type":"DEPOSIT","user_id":42,"amount":${number}}`);
        if (amount === undefined) expect(await wrongFields(response), number).to.deep.equal(['amount']);
        else expect(await response.json(), number).to.include({ amount });
      }
    });

    it('is named field by field where it is wrong, with a message', async () => {
      const wrong = { uid: 'a b', type: 'WITHDRAWAL', user_id: 1.5, amount: 'NaN', [date]: 'now', note: 1 };
      const response = await put(wrong);
      const problem = await expectProblem(response, 'invalid-request');
      const named = (problem['errors'] as { field: string }[]).map(({ field }) => field);
      expect(named).to.have.members(['uid', 'type', 'user_id', 'amount', date, 'note']);
      expect(problem['message']).to.equal(problem['detail']);
      expect(problem['detail']).to.not.include('Invalid input');
      expect(await wrongFields(await put({}))).to.have.members(['uid', 'type', 'user_id', 'amount']);
      expect(await wrongFields(await put([]))).to.deep.equal(['body']);
      expect(await wrongFields(await put('12345678901234567890'))).to.deep.equal(['body']);
      const longId = await expectProblem(await put('{"user_id":1234567890123456}'), 'invalid-request');
      expect(longId['detail']).to.include('whole number of at most 15 digits');
    });

    it('is no JSON where it is nested without end, or says two things', async () => {
      for (const body of ['{', '['.repeat(50_000), '{"uid":"u","uid":"v"}']) {
        const problem = await expectProblem(await put(body), 'invalid-json');
        expect(problem['message']).to.equal(problem['detail']);
      }
      expect(await wrongFields(await put({ ...content, user_id: [[[1]]] }))).to.deep.equal(['user_id']);
    });

    it('is answered again as it was, and says so in a header', async () => {
      const first = await put(content);
      const again = await put({ ...content, user_id: '42', amount: 1, [date]: null });
      expect([first.status, again.status]).to.deep.equal([200, 200]);
      expect([first, again].map(({ headers }) => headers.get('Idempotent-Replayed'))).to.deep.equal([null, 'true']);
      expect(await again.text()).to.equal(await first.text());
    });

    it('is refused with a message, now and ever after', async () => {
      const tooLarge = { ...content, uid: 'w', type: 'WITHDRAW', amount: '1000000000000000' };
      const [first, again] = [await put(tooLarge), await put(tooLarge)];
      expect([first.status, again.status]).to.deep.equal([refused, refused]);
      expect([first, again].map(({ headers }) => headers.get('Idempotent-Replayed'))).to.deep.equal([null, 'true']);
      const text = await first.text();
      expect(await again.text()).to.equal(text);
      const problem: Record<string, unknown> = JSON.parse(text);
      expect(problem).to.include({ type: '/problems/insufficient-funds', status: refused, message: problem['detail'] });
    });

    it('names what another transaction of its uid differs in, as this generation does', async () => {
      const other = { ...content, type: 'WITHDRAW', amount: 2, [date]: '2023-01-04' };
      const problem = await expectProblem(await put(other), 'transaction-id-reused');
      expect(problem['differs']).to.deep.equal(['type', 'amount', date]);
      await api.openAccount('43');
      const elsewhere = await expectProblem(await put({ ...content, user_id: '43' }), 'transaction-id-reused');
      expect(elsewhere['differs']).to.deep.equal(['user_id']);
    });

    it('may be too large for any balance, or with the others', async () => {
      await api.openAccount('44');
      const largest = { ...content, user_id: 44, uid: 'l', amount: '9999999999999999.99' };
      expect((await put(largest)).status).to.equal(200);
      for (const type of ['DEPOSIT', 'WITHDRAW']) {
        const tooLarge = await put({ ...content, type, user_id: 44, uid: 'm', amount: '10000000000000000' });
        expect(await wrongFields(tooLarge)).to.deep.equal(['amount']);
      }
      const overflowing = await put({ ...content, user_id: 44, uid: 'm', amount: '0.01' });
      const problem = await expectProblem(overflowing, 'balance-limit-exceeded');
      expect(problem['message']).to.equal(problem['detail']);
    });

    it('takes effect once where its outcome was unknown', async () => {
      const body = { ...content, uid: 'lost' };
      const { store } = api;
      const hasty = await startCommandApi({ commandDeadlineMs: 400, store });
      store.interceptNext((write) => write());
      store.interceptAll = lostBeforeWriting;
      const problem = await expectProblem(await hasty.send(method, path, body), 'outcome-unknown');
      expect(problem['message']).to.equal(problem['detail']);
      store.interceptAll = undefined;
      await hasty.close();
      const settled = await put(body);
      expect(settled.status).to.equal(200);
      expect(await (await put(body)).text()).to.equal(await settled.text());
    });
  });
}

describe('a uid of the first generation', () => {
  it('is sent under one of its names', async () => {
    const api = await startCommandApi();
    try {
      const uids = { uid: 'u', uuid: 'u' };
      const content = { type: 'DEPOSIT', user_id: 42, amount: '1.00' };
      const problem = await expectProblem(
        await api.send('POST', '/v1/transaction', { ...uids, ...content }),
        'invalid-request',
      );
      expect(problem['detail']).to.equal('uuid: is another name of uid: expected one of them');
    } finally {
      await api.close();
    }
  });
});

describe('a user', () => {
  const running: { close(): Promise<unknown> }[] = [];
  afterEach(() => Promise.all(running.splice(0).map((server) => server.close())));

  async function start(...options: Parameters<typeof startCommandApi>) {
    const api = await startCommandApi(...options);
    running.push(api);
    return api;
  }

  it('of the first generation gets an id that nobody has, whatever the name of who has it', async () => {
    const instance = createInstance(createSimulatedStore());
    for (const accountId of ['7', '8']) await instance.open(accountId);
    const drawn = [7, 8, 7, 9, 9, 10];
    const drawId = () => drawn.shift() ?? 0;
    const submit = () => Promise.reject(new Error('no transaction is sent'));
    const app = createHttpApp({
      log: createLog('command-api', 'silent'),
      metrics: new Registry(),
      readiness: () => [],
      routes: (router) => firstGenerationRoutes(router, instance.opener, submit, drawId),
    });
    const server = await listen(app, '127.0.0.1', 0);
    running.push({ close: () => server.close(0) });
    const opening = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"name":"Alice"}' };
    for (const id of [9, 10]) {
      const response = await fetch(`http://127.0.0.1:${server.port}/v1/user`, opening);
      expect(await response.json()).to.deep.equal({ id, name: 'Alice' });
    }
  });

  it('of the first generation may be opened twice, and is told so, where it is not known whether it was', async () => {
    const api = await start({ commandDeadlineMs: 100 });
    api.store.interceptAll = lostAfterWriting;
    const response = await api.send('POST', '/v1/user', { name: 'Alice' });
    const problem = await expectProblem(response, 'outcome-unknown');
    expect(problem['message']).to.include('may open a second user').and.to.equal(problem['detail']);
  });

  it('of the first generation is told that none was opened, and of no repetition that takes effect once', async () => {
    const api = await start({ commandDeadlineMs: 100 });
    api.store.unavailable = true;
    const response = await api.send('POST', '/v1/user', { name: 'Alice' });
    const { message } = await expectProblem(response, 'service-unavailable');
    expect(message).to.equal('this request opened no user, and may be repeated');
  });

  it('of the second generation is the one that it was, by name alone', async () => {
    const api = await start();
    const newer = { name: 'Alice', currency: 'USD', metadata: { a: 'b' } };
    await api.put('/v1/accounts/alice', newer);
    const again = await api.send('POST', '/api/user', { id: 'alice', name: 'Alice' });
    expect(await again.json()).to.deep.equal({ id: 'alice', name: 'Alice' });
    expect([again.status, again.headers.get('Idempotent-Replayed')]).to.deep.equal([200, 'true']);
    const other = await api.send('POST', '/api/user/', { id: 'alice', name: 'Bob' });
    expect(await expectProblem(other, 'account-id-taken')).to.deep.include({ differs: ['name'] });
    expect(await wrongFields(await api.send('POST', '/api/user/', { id: 7, name: '' }))).to.deep.equal(['id', 'name']);
  });
});
