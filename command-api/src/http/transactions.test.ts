import { expect } from 'chai';
import { now } from '../account/decide.fixture.ts';
import { foreignEvent } from '../handling/simulated-store.fixture.ts';
import { expectProblem, type RunningCommandApi, startCommandApi, wrongFields } from './command-api.fixture.ts';

const deposit = (amount = '100.00', more = {}) => ({ type: 'deposit', amount, ...more });
const withdrawal = (amount: string, more = {}) => ({ type: 'withdrawal', amount, ...more });

describe('transactions over HTTP', () => {
  let api: RunningCommandApi;
  beforeEach(async () => {
    api = await startCommandApi();
    await api.openAccount();
  });
  afterEach(() => api.close());

  const putTransaction = (id: string, body: unknown, headers?: Record<string, string>) =>
    api.put(`/v1/accounts/alice/transactions/${id}`, body, headers);

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

  it('fail with 500 where the stream is not readable, and nothing of it is told', async () => {
    api.store.write('account-alice', [foreignEvent({ type: 'Frozen', data: {}, metadata: { secret: 1 } })], 0);
    const { detail } = await expectProblem(await putTransaction('t', deposit()), 'internal-error');
    expect(detail).to.not.contain('Frozen');
    expect(api.errorsLogged).to.have.length(1);
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
