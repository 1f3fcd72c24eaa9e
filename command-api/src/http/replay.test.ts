import { expect } from 'chai';
import { now } from '../account/decide.fixture.ts';
import { eventsOf } from '../handling/instance.fixture.ts';
import { expectProblem, outcomesOf, type RunningCommandApi, startCommandApi } from './command-api.fixture.ts';

type Body = Readonly<Record<string, unknown>>;

const metadata = { z: 'last', a: 'é', 10: 'ten' };
const deposit = (amount: string, more: Body = {}): Body => ({ type: 'deposit', amount, ...more });
const withdrawal = (amount: string, more: Body = {}): Body => ({ type: 'withdrawal', amount, ...more });

describe('the same command again over HTTP', () => {
  let api: RunningCommandApi;
  beforeEach(async () => {
    api = await startCommandApi();
    await api.openAccount();
    await put('first', deposit('50.00', { effectiveAt: '2026-03-01' }));
  });
  afterEach(() => api.close());

  const put = (id: string, body: Body | string, headers?: Record<string, string>) =>
    api.put(`/v1/accounts/alice/transactions/${id}`, body, headers);

  /** A new process on the same store, a year later. */
  async function restart(): Promise<void> {
    const { store } = api;
    await api.close();
    api = await startCommandApi({ store });
    api.clock.time = now + 365 * 86_400_000;
  }

  for (const [kind, status, again, body] of [
    ['a deposit', 201, 200, deposit('10.00', { description: 'x', metadata })],
    ['a backdated withdrawal', 201, 200, withdrawal('10.00', { effectiveAt: '2026-04-01', metadata })],
    ['a refusal: insufficient-funds', 402, 402, withdrawal('50.01', { metadata })],
    [
      'a refusal: insufficient-funds-at-date',
      402,
      402,
      withdrawal('1.00', { effectiveAt: '2026-02-01', description: 'early' }),
    ],
  ] as const) {
    it(`${kind} is answered with the first body, byte for byte, whatever has happened since`, async () => {
      const first = await put('t', body);
      const text = await first.text();
      expect([first.status, first.headers.get('Idempotent-Replayed')], text).to.deep.equal([status, null]);
      await put('later', deposit('500.00', { effectiveAt: '2026-01-01' }));
      await put('much-later', withdrawal('500.00'));
      for (const meanwhile of [() => Promise.resolve(), restart]) {
        await meanwhile();
        const replay = await put('t', body);
        expect([replay.status, replay.headers.get('Idempotent-Replayed')]).to.deep.equal([again, 'true']);
        expect(replay.headers.get('Content-Type')).to.equal(first.headers.get('Content-Type'));
        expect(await replay.text()).to.equal(text);
      }
      expect(eventsOf(api.store)).to.have.length(5);
    });

    it(`${kind} holds nothing of the request that repeats it`, async () => {
      const text = await (await put('t', body)).text();
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      const own = { 'X-Request-Id': 'request-of-its-own', 'X-Correlation-Id': 'correlation-of-its-own', traceparent };
      const replay = await put('t', body, own);
      expect(replay.headers.get('X-Request-Id')).to.equal('request-of-its-own');
      expect(await replay.text()).to.equal(text);
      expect(JSON.parse(text)).to.not.have.any.keys('instance', 'requestId', 'correlationId');
    });

    it(`${kind} has the same members in a bulk request, in the same order`, async () => {
      const text = await (await put('t', body)).text();
      const line = `${JSON.stringify({ accountId: 'alice', transactionId: 't', ...body })}\n`;
      const outcome = (await (await api.ndjson(line)).text()).trimEnd();
      // A problem has a status of its own, the same one.
      const members = Object.assign({ line: 1, status: again, replayed: true }, JSON.parse(text));
      expect(outcome).to.equal(JSON.stringify(members));
      const [alone] = await outcomesOf(await api.ndjson(line.replace('"t"', '"other"')));
      expect(Object.keys(alone ?? {})).to.deep.equal(Object.keys(members));
      expect(alone).to.include({ replayed: false, status });
    });
  }

  const content = { effectiveAt: '2026-05-05T10:00:00.123Z', description: 'x', metadata: { a: '1', b: '2' } };
  for (const [what, other] of [
    ['amount', deposit('010.5', content)],
    ['amount with zeros', deposit('10.5000', content)],
    ['date: an offset', deposit('10.50', { ...content, effectiveAt: '2026-05-05T12:00:00.123+02:00' })],
    ['date: more digits', deposit('10.50', { ...content, effectiveAt: '2026-05-05 10:00:00,123999999' })],
    ['metadata, in another order', deposit('10.50', { ...content, metadata: { b: '2', a: '1' } })],
    ['currency, named', deposit('10.50', { ...content, currency: 'EUR' })],
    [
      'JSON',
      '{ "metadata":{"b":"2","a":"\\u0031"}, "description":"\\u0078", "amount":"10.50", "type":"deposit", "effectiveAt":"2026-05-05T10:00:00.123"}',
    ],
  ] as const) {
    it(`may be spelled otherwise: ${what}`, async () => {
      const text = await (await put('t', deposit('10.50', content))).text();
      const replay = await put('t', other);
      expect(replay.status).to.equal(200);
      expect(await replay.text()).to.equal(text);
    });
  }

  it('may leave out what is the default, or name it', async () => {
    await put('t', deposit('1.00'));
    expect((await put('t', deposit('1.00', { currency: 'EUR', description: '', metadata: {} }))).status).to.equal(200);
  });

  for (const [differs, other] of [
    [['type'], withdrawal('10.00', content)],
    [['amount'], deposit('10.01', content)],
    [['amount'], deposit('10.001', content)],
    [['currency'], deposit('10.00', { ...content, currency: 'USD' })],
    [['effectiveAt'], deposit('10.00', { ...content, effectiveAt: '2026-05-05T10:00:00.124Z' })],
    [['effectiveAt'], deposit('10.00', { ...content, effectiveAt: undefined })],
    [['description'], deposit('10.00', { ...content, description: 'X' })],
    [['metadata'], deposit('10.00', { ...content, metadata: { a: '1' } })],
    [['metadata'], deposit('10.00', { ...content, metadata: { a: '2', b: '1' } })],
    [['type', 'amount', 'currency', 'effectiveAt', 'description', 'metadata'], withdrawal('9', { currency: 'USD' })],
  ] as const) {
    it(`is 409 with another ${differs.join(', ')}, alone and in bulk, and changes nothing`, async () => {
      await put('t', deposit('10.00', content));
      const response = await put('t', other);
      expect(response.headers.get('Idempotent-Replayed')).to.equal(null);
      const problem = await expectProblem(response, 'transaction-id-reused');
      expect(problem['differs']).to.deep.equal(differs);
      const line = JSON.stringify({ accountId: 'alice', transactionId: 't', ...other });
      expect(await outcomesOf(await api.ndjson(line))).to.deep.equal([{ line: 1, replayed: false, ...problem }]);
      expect((await put('t', deposit('10.00', content))).status).to.equal(200);
      expect(eventsOf(api.store)).to.have.length(3);
    });
  }

  it('is 409 where a date is given that was left out, even the one that was recorded', async () => {
    const { effectiveAt } = (await (await put('t', deposit('10.00'))).json()) as { effectiveAt: string };
    const problem = await expectProblem(await put('t', deposit('10.00', { effectiveAt })), 'transaction-id-reused');
    expect(problem['differs']).to.deep.equal(['effectiveAt']);
  });

  it('is compared with the date as it was sent, where that was ahead and counts as now', async () => {
    const ahead = deposit('10.00', { effectiveAt: new Date(now + 60_000).toISOString() });
    const first = await put('t', ahead);
    expect(await first.json()).to.include({ effectiveAt: new Date(now).toISOString() });
    await restart();
    expect((await put('t', ahead)).status).to.equal(200);
  });

  it('reads nothing where this process has opened the account and recorded the transaction', async () => {
    await api.openAccount('bob');
    const { reads } = api.store;
    const send = () => api.put('/v1/accounts/bob/transactions/t', deposit('1.00'));
    expect([(await send()).status, (await send()).status]).to.deep.equal([201, 200]);
    expect(api.store.reads).to.equal(reads);
  });
});
