import { connect } from 'node:net';
import { Problem, type ProblemName, problemKinds } from '@ledger/shared/problems';
import { expect } from 'chai';
import { deposit as command, now } from '../account/decide.fixture.ts';
import { causation, eventsOf } from '../handling/instance.fixture.ts';
import { lostBeforeWriting } from '../handling/simulated-store.fixture.ts';
import { type RunningCommandApi, startCommandApi } from './command-api.fixture.ts';

const deposit = (amount = '100.00', more = {}) => ({ type: 'deposit', amount, ...more });
const withdrawal = (amount: string, more = {}) => ({ type: 'withdrawal', amount, ...more });

describe('the command API over HTTP', () => {
  let api: RunningCommandApi;
  beforeEach(async () => {
    api = await startCommandApi();
    await api.openAccount();
  });
  afterEach(() => api.close());

  /** The same with little time for a command. */
  async function inHaste(): Promise<void> {
    await api.close();
    api = await startCommandApi({ commandDeadlineMs: 150 });
  }

  const putTransaction = (id: string, body: unknown, headers?: Record<string, string>) =>
    api.put(`/v1/accounts/alice/transactions/${id}`, body, headers);

  async function expectProblem(response: Response, kind: ProblemName): Promise<Record<string, unknown>> {
    const { status, title } = problemKinds[kind];
    const body = await response.text();
    expect(response.status, body).to.equal(status);
    expect(response.headers.get('Content-Type')).to.match(/^application\/problem\+json/);
    expect(response.headers.get('X-Request-Id')).to.match(/^[0-9a-f-]{36}$/);
    const { retryAfterSeconds } = new Problem(kind, '');
    expect(response.headers.get('Retry-After')).to.equal(retryAfterSeconds?.toString() ?? null);
    const problem: Record<string, unknown> = JSON.parse(body);
    expect(problem).to.deep.include({ type: `/problems/${kind}`, title, status });
    expect(problem['detail']).to.be.a('string').that.is.not.equal('');
    return problem;
  }

  const wrongFields = async (response: Response) =>
    ((await expectProblem(response, 'invalid-request'))['errors'] as { field: string }[]).map(({ field }) => field);

  describe('opening accounts', () => {
    it('answers 201 with Location, 200 to the same again, with the same body', async () => {
      const first = await api.put('/v1/accounts/bob', { name: 'Bob', currency: 'JPY', metadata: { a: 'b' } });
      expect(first.status).to.equal(201);
      expect(first.headers.get('Location')).to.equal('/v1/accounts/bob');
      expect(first.headers.get('Idempotent-Replayed')).to.equal(null);
      const body = await first.json();
      const recordedAt = new Date(now).toISOString();
      const content = { accountId: 'bob', name: 'Bob', currency: 'JPY', metadata: { a: 'b' } };
      expect(body).to.deep.equal({ ...content, balance: '0', revision: 0, recordedAt });
      const again = await api.put('/v1/accounts/bob', { name: 'Bob', metadata: { a: 'b' } });
      expect([again.status, again.headers.get('Idempotent-Replayed')]).to.deep.equal([200, 'true']);
      expect(await again.json()).to.deep.equal(body);
    });

    it('answers 409 to other content under the same id', async () => {
      const problem = await expectProblem(await api.put('/v1/accounts/alice', { name: 'Bob' }), 'account-id-taken');
      expect(problem['differs']).to.deep.equal(['name']);
    });

    it('makes an id where none is given, the same one for the same Idempotency-Key', async () => {
      const post = async (headers: Record<string, string>) => {
        const response = await api.send('POST', '/v1/accounts', { name: 'Alice' }, headers);
        const location = response.headers.get('Location') ?? '';
        expect(location).to.match(/^\/v1\/accounts\/[\w:.-]{1,64}$/);
        return `${response.status} ${location}`;
      };
      const one = await post({ 'Idempotency-Key': 'k1' });
      const same = await post({ 'Idempotency-Key': 'k1' });
      expect(same).to.equal(one.replace('201', '200'));
      expect(await post({ 'Idempotency-Key': 'k2' }))
        .to.match(/^201/)
        .and.not.equal(one);
      expect(await post({})).to.not.equal(await post({}));
      const wrong = await api.send('POST', '/v1/accounts', { name: 'A' }, { 'Idempotency-Key': 'x y' });
      expect(await wrongFields(wrong)).to.deep.equal(['Idempotency-Key']);
    });

    it('says, where the outcome is unknown and the id was made here, that repeating may open a second', async () => {
      await inHaste();
      api.store.interceptAll = lostBeforeWriting;
      const { detail } = await expectProblem(await api.send('POST', '/v1/accounts', { name: 'A' }), 'outcome-unknown');
      expect(detail).to.contain('second account');
    });
  });

  describe('transactions', () => {
    it('are answered with all there is to know, a replay with the same body', async () => {
      const body = deposit('0100.5', { effectiveAt: '2026-05-05T12:00+02:00', description: 'é', metadata: { a: 'b' } });
      const first = await putTransaction('t1', body);
      expect(first.status).to.equal(201);
      const text = await first.text();
      expect(JSON.parse(text)).to.deep.equal({
        accountId: 'alice',
        transactionId: 't1',
        type: 'deposit',
        amount: '100.50',
        currency: 'EUR',
        effectiveAt: '2026-05-05T10:00:00.000Z',
        description: 'é',
        metadata: { a: 'b' },
        balance: '100.50',
        revision: 1,
        recordedAt: new Date(now).toISOString(),
      });
      await putTransaction('t2', withdrawal('50'));
      const again = await putTransaction('t1', body);
      expect([again.status, again.headers.get('Idempotent-Replayed')]).to.deep.equal([200, 'true']);
      expect(await again.text()).to.equal(text);
    });

    it('refused are 402, for ever', async () => {
      const first = await putTransaction('w1', withdrawal('70.00'));
      const problem = await expectProblem(first, 'insufficient-funds');
      expect(problem).to.deep.include({ balance: '0.00', amount: '70.00', shortfall: '70.00', transactionId: 'w1' });
      await putTransaction('d1', deposit('100.00', { effectiveAt: '2026-03-01' }));
      const again = await putTransaction('w1', withdrawal('70.00'));
      expect(again.headers.get('Idempotent-Replayed')).to.equal('true');
      expect(await expectProblem(again, 'insufficient-funds')).to.deep.equal(problem);
      const early = await putTransaction('w2', withdrawal('70.00', { effectiveAt: '2026-02-01' }));
      expect(await expectProblem(early, 'insufficient-funds-at-date')).to.deep.include({
        firstNegativeAt: '2026-02-01T00:00:00.000Z',
        shortfall: '70.00',
      });
    });

    it('that can’t be are rejected, and leave their id free', async () => {
      await expectProblem(await api.put('/v1/accounts/nobody/transactions/t', deposit()), 'account-not-found');
      const { accountCurrency } = await expectProblem(
        await putTransaction('t', deposit('1.00', { currency: 'USD' })),
        'currency-mismatch',
      );
      expect(accountCurrency).to.equal('EUR');
      expect(await wrongFields(await putTransaction('t', deposit('1.001')))).to.deep.equal(['amount']);
      const future = deposit('1.00', { effectiveAt: new Date(now + 301_000).toISOString() });
      await expectProblem(await putTransaction('t', future), 'effective-date-in-future');
      await expectProblem(await putTransaction('t', deposit('10000000000000000')), 'balance-limit-exceeded');
      expect((await putTransaction('t', deposit())).status).to.equal(201);
      const reused = await expectProblem(await putTransaction('t', deposit('2.00')), 'transaction-id-reused');
      expect(reused['differs']).to.deep.equal(['amount']);
    });

    it('without an outcome are 503', async () => {
      await inHaste();
      await api.openAccount();
      await putTransaction('t0', deposit());
      api.store.interceptAll = lostBeforeWriting;
      const { detail } = await expectProblem(await putTransaction('t', deposit()), 'outcome-unknown');
      expect(detail).to.contain('safe');
      api.store.unavailable = true;
      await expectProblem(await api.put('/v1/accounts/bob/transactions/t', deposit()), 'service-unavailable');
    });

    it('over the queue’s limit are 503 at once', async () => {
      let letGo = () => {};
      const held = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      api.store.beforeCall = () => held;
      const waiting = Array.from({ length: 5_000 }, (_, i) =>
        api.queues.submit({ command: command(`t${i}`, '1.00'), causation }),
      );
      await expectProblem(await putTransaction('t', deposit()), 'overloaded');
      letGo();
      await Promise.all(waiting);
    });

    it('fail with 500 where the stream is not readable, and nothing of it is told', async () => {
      api.store.write('account-alice', [{ id: 'x', type: 'Frozen', data: {}, metadata: { secret: 1 } }], 0);
      const { detail } = await expectProblem(await putTransaction('t', deposit()), 'internal-error');
      expect(detail).to.not.contain('Frozen');
    });

    it('carry the request’s ids and traceparent into the event', async () => {
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      const headers = { 'X-Request-Id': 'r-1', 'X-Correlation-Id': 'c-1', traceparent };
      const response = await putTransaction('t', deposit(), headers);
      expect(response.headers.get('X-Request-Id')).to.equal('r-1');
      expect(api.store.events('account-alice').at(-1)?.metadata).to.deep.include({
        $correlationId: 'c-1',
        $causationId: 'r-1',
        traceparent,
      });
    });

    it('go on when their client has gone', async () => {
      let reached = () => {};
      const appending = new Promise<void>((resolve) => {
        reached = resolve;
      });
      let letGo = () => {};
      const held = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      api.store.interceptNext(async (write) => {
        reached();
        await held;
        return write();
      });
      const gone = new AbortController();
      const body = JSON.stringify(deposit());
      const headers = { 'Content-Type': 'application/json' };
      const target = `${api.url}/v1/accounts/alice/transactions/t`;
      const response = fetch(target, { method: 'PUT', headers, body, signal: gone.signal }).catch(String);
      await appending;
      gone.abort();
      expect(await response).to.contain('AbortError');
      letGo();
      await api.queues.idle();
      expect((await putTransaction('t', deposit())).headers.get('Idempotent-Replayed')).to.equal('true');
    });
  });

  describe('a request that can’t be read', () => {
    const raw = (body: string | Uint8Array, contentType = 'application/json') =>
      fetch(`${api.url}/v1/accounts/alice/transactions/t`, {
        method: 'PUT',
        headers: { 'Content-Type': contentType },
        body,
      });

    it('names each wrong field', async () => {
      const body = {
        type: 'transfer',
        amount: 5,
        currency: 'XQQ',
        effectiveAt: '2026-02-30',
        description: '\u0000',
        metadata: { a: { b: 1 } },
        extra: 1,
      };
      const fields = ['type', 'amount', 'currency', 'effectiveAt', 'description', 'metadata.a', 'extra'];
      expect(await wrongFields(await putTransaction('t', body))).to.have.members(fields);
      expect(await wrongFields(await putTransaction('t', {}))).to.have.members(['type', 'amount']);
      expect(await wrongFields(await api.put('/v1/accounts/x', { metadata: [] }))).to.have.members([
        'name',
        'metadata',
      ]);
      for (const notAnObject of ['null', '[]', '1', '"x"']) {
        expect(await wrongFields(await putTransaction('t', notAnObject))).to.deep.equal(['body']);
      }
    });

    for (const amount of ['0', '0.00', '-1', '+1', '1e3', '', ' 1', '.5', '1.', '1,5', '١', '9'.repeat(41)]) {
      it(`does not take "${amount}" for an amount`, async () => {
        expect(await wrongFields(await putTransaction('t', deposit(amount)))).to.deep.equal(['amount']);
      });
    }

    it('has limits for text, metadata and lone surrogates', async () => {
      const fits = deposit('1', { description: '😀'.repeat(1_000), metadata: { a: 'x'.repeat(16_384 - 8) } });
      expect((await putTransaction('t', fits)).status).to.equal(201);
      const wrong = { description: 'x'.repeat(1_001), metadata: { a: 'x'.repeat(16_384 - 7) } };
      expect(await wrongFields(await putTransaction('u', deposit('1', wrong)))).to.deep.equal([
        'description',
        'metadata',
      ]);
      const surrogate = '{"type":"deposit","amount":"1","description":"\\ud800","metadata":{"\\udc00":""}}';
      expect(await wrongFields(await raw(surrogate))).to.deep.equal(['description', 'metadata']);
      expect((await api.put('/v1/accounts/x', { name: 'x'.repeat(200) })).status).to.equal(201);
      expect(await wrongFields(await api.put('/v1/accounts/y', { name: 'x'.repeat(201) }))).to.deep.equal(['name']);
    });

    it('is no JSON, or not in UTF-8, or empty', async () => {
      for (const body of ['{', '', '{"type":"deposit","amount":"1"}x'])
        await expectProblem(await raw(body), 'invalid-json');
      const latin1 = Buffer.from('{"type":"deposit","amount":"1","description":"caf\u00e9"}', 'latin1');
      await expectProblem(await raw(latin1), 'invalid-json');
      expect(eventsOf(api.store)).to.have.length(1);
    });

    it('has another content type or charset', async () => {
      const body = JSON.stringify(deposit());
      await expectProblem(await raw(body, 'text/plain'), 'unsupported-media-type');
      await expectProblem(await raw(body, 'application/json; charset=iso-8859-1'), 'unsupported-media-type');
      await expectProblem(await api.send('PUT', '/v1/accounts/alice/transactions/t'), 'unsupported-media-type');
      expect((await raw(body, 'application/json; charset="UTF-8"')).status).to.equal(201);
    });

    it('is larger than 100 kB', async () => {
      await expectProblem(
        await raw(JSON.stringify(deposit('1', { description: 'x'.repeat(102_400) }))),
        'body-too-large',
      );
    });

    it('is unzipped, and limited by what comes out', async () => {
      const zip = async (text: string) =>
        new Uint8Array(
          await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer(),
        );
      const send = async (text: string) =>
        fetch(`${api.url}/v1/accounts/alice/transactions/t`, {
          method: 'PUT',
          headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
          body: await zip(text),
        });
      await expectProblem(
        await send(JSON.stringify(deposit('1', { description: 'x'.repeat(200_000) }))),
        'body-too-large',
      );
      expect((await send(JSON.stringify(deposit()))).status).to.equal(201);
    });

    it('has an id that is none', async () => {
      for (const id of ['%20', 'a%2Fb', '%2E%2E%2E', 'x'.repeat(129), 'caf%C3%A9']) {
        expect(await wrongFields(await putTransaction(id, deposit()))).to.deep.equal(['transactionId']);
      }
      expect(await wrongFields(await api.put(`/v1/accounts/${'x'.repeat(65)}`, { name: 'A' }))).to.deep.equal([
        'accountId',
      ]);
      expect((await putTransaction(`${'x'.repeat(124)}._:-`, deposit())).status).to.equal(201);
      await expectProblem(await putTransaction('%zz', deposit()), 'invalid-request');
      await expectProblem(await putTransaction('%E0%A4', deposit()), 'invalid-request');
    });

    it('ends before its Content-Length, and the service goes on', async () => {
      const { hostname, port } = new URL(api.url);
      const socket = connect(Number(port), hostname);
      const head = 'PUT /v1/accounts/alice/transactions/t HTTP/1.1\r\nHost: x\r\nContent-Type: application/json';
      await new Promise<void>((resolve) => {
        socket.write(`${head}\r\nContent-Length: 100\r\n\r\n{"type"`, () => resolve());
      });
      socket.destroy();
      expect((await putTransaction('t', deposit())).status).to.equal(201);
    });
  });

  describe('addresses', () => {
    it('answer 405 with Allow to another method, 404 where there is none', async () => {
      for (const [path, allow] of [
        ['/v1/accounts', 'POST'],
        ['/v1/accounts/alice', 'PUT'],
        ['/v1/accounts/alice/transactions/t', 'PUT'],
        ['/v1/transactions', 'POST'],
        ['/livez', 'GET, HEAD'],
      ] as const) {
        const response = await api.send('DELETE', path);
        expect(response.headers.get('Allow')).to.equal(allow);
        await expectProblem(response, 'method-not-allowed');
        const options = await api.send('OPTIONS', path);
        expect([options.status, options.headers.get('Allow')]).to.deep.equal([204, allow]);
      }
      const head = await api.send('HEAD', '/v1/accounts/alice');
      expect([head.status, head.headers.get('Allow')]).to.deep.equal([405, 'PUT']);
      await expectProblem(await api.send('GET', '/v1/nothing'), 'not-found');
      await expectProblem(await api.send('GET', '/v1/%zz'), 'not-found');
    });

    it('are there for health, metrics, the document and every problem', async () => {
      expect((await api.send('GET', '/livez')).status).to.equal(200);
      expect((await api.send('GET', '/readyz')).status).to.equal(200);
      api.clock.time = undefined;
      await expectProblem(await api.send('GET', '/readyz'), 'service-unavailable');
      expect(await (await api.send('GET', '/metrics')).text()).to.contain('command_outcomes_total');
      const document = (await (await api.send('GET', '/openapi.json')).json()) as { paths: object };
      expect(Object.keys(document.paths)).to.have.length(4);
      for (const name of Object.keys(problemKinds)) {
        const page = await api.send('GET', `/problems/${name}`);
        expect([page.status, page.headers.get('Content-Type')]).to.deep.equal([200, 'text/html; charset=utf-8']);
      }
      await expectProblem(await api.send('GET', '/problems/constructor'), 'not-found');
    });
  });
});
