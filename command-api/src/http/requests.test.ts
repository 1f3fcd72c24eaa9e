import { connect } from 'node:net';
import { problemKinds } from '@ledger/shared/problems';
import { expect } from 'chai';
import { eventsOf } from '../handling/instance.fixture.ts';
import { expectProblem, type RunningCommandApi, startCommandApi, wrongFields } from './command-api.fixture.ts';

const deposit = (amount = '100.00', more = {}) => ({ type: 'deposit', amount, ...more });

describe('the command API over HTTP', () => {
  let api: RunningCommandApi;
  beforeEach(async () => {
    api = await startCommandApi();
    await api.openAccount();
  });
  afterEach(() => api.close());

  const putTransaction = (id: string, body: unknown, headers?: Record<string, string>) =>
    api.put(`/v1/accounts/alice/transactions/${id}`, body, headers);

  describe('a request that can’t be read', () => {
    const raw = (body: string | Uint8Array, contentType = 'application/json', headers = {}) =>
      fetch(`${api.url}/v1/accounts/alice/transactions/t`, {
        method: 'PUT',
        headers: { 'Content-Type': contentType, ...headers },
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

    it('does not drop a metadata name in silence', async () => {
      const body = '{"type":"deposit","amount":"1","metadata":{"__proto__":"x","a":"b"}}';
      expect(await wrongFields(await putTransaction('t', body))).to.deep.equal(['metadata']);
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
      expect(await wrongFields(await raw('{}', 'application/json', { 'Content-Encoding': 'gzip' }))).to.deep.equal([
        'body',
      ]);
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
      expect(api.errorsLogged).to.deep.equal([]);
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
      expect(Object.keys(document.paths)).to.have.length(8);
      for (const name of Object.keys(problemKinds)) {
        const page = await api.send('GET', `/problems/${name}`);
        expect([page.status, page.headers.get('Content-Type')]).to.deep.equal([200, 'text/html; charset=utf-8']);
      }
      await expectProblem(await api.send('GET', '/problems/constructor'), 'not-found');
    });
  });
});
