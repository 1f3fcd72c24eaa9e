import { formatInstant } from '@ledger/shared/time';
import { expect } from 'chai';
import { accountHistory, appendHistory } from '../../../deploy/test/account-history.fixture.ts';
import { type ReadModel, startReadModel } from '../../../deploy/test/read-model.fixture.ts';
import { totalsAnswer } from './answers.ts';

const opened = Date.parse('2026-01-01T00:00:00Z');
const hour = 3_600_000;

describe('GET /v1/totals', () => {
  let model: ReadModel;

  beforeEach(async () => {
    model = await startReadModel();
  });
  afterEach(() => model.stop());

  async function totals(query = '') {
    const { status, body } = await model.get(`/v1/totals${query}`);
    expect(status, JSON.stringify(body)).to.equal(200);
    return totalsAnswer.parse(body);
  }

  it('is empty before the first event', async () => {
    expect(await totals()).to.deep.equal({ totals: [], position: null });
  });

  it('sums the balances of all accounts by currency, in the order of currencies, as of a date', async () => {
    const lines: { currency: string; effectiveAt: number; delta: bigint }[] = [];
    for (const [index, currency] of ['JPY', 'EUR', 'EUR'].entries()) {
      const history = accountHistory(`account-${index}`, opened, currency, currency === 'JPY' ? 0 : 2);
      for (let n = 0; n < 400; n++) {
        const recordedAt = opened + n * hour;
        history.transact(BigInt((n * 7919) % 500) - 100n, recordedAt - ((n * 17) % 59) * hour, recordedAt);
      }
      lines.push(...history.lines.map(({ effectiveAt, delta }) => ({ currency, effectiveAt, delta })));
      await appendHistory(model.store, history);
      await model.project();
    }
    const position = String(model.store.events.at(-1)?.position);
    const amount = (currency: string, at: number) => {
      const counted = lines.filter((line) => line.currency === currency && line.effectiveAt <= at);
      const sum = counted.reduce((total, { delta }) => total + delta, 0n);
      return currency === 'JPY' ? String(sum) : (Number(sum) / 100).toFixed(2);
    };
    const expected = (at: number) => ['EUR', 'JPY'].map((currency) => ({ currency, amount: amount(currency, at) }));
    expect(await totals()).to.deep.equal({ totals: expected(Number.POSITIVE_INFINITY), position });
    for (let hours = -61; hours < 401; hours += 17) {
      for (const at of [opened + hours * hour, opened + hours * hour - 1]) {
        const date = formatInstant(at);
        expect(await totals(`?at=${date}`)).to.deep.equal({ totals: expected(at), at: date, position });
      }
    }
  });

  it('is one amount where accounts of a currency have different decimals', async () => {
    for (const [index, decimals] of [2, 0, 3].entries()) {
      const history = accountHistory(`account-${index}`, opened, 'XTS', decimals);
      history.transact(12_345n, opened, opened);
      await appendHistory(model.store, history);
    }
    await model.project();
    expect((await totals()).totals).to.deep.equal([{ currency: 'XTS', amount: '12480.795' }]);
  });

  it('waits for the projector where it is to be strong', async () => {
    const history = accountHistory('alice', opened);
    history.transact(100n, opened, opened);
    await appendHistory(model.store, history);
    const { status, body } = await model.get('/v1/totals?consistency=strong');
    expect([status, body['type']]).to.deep.equal([503, '/problems/read-model-behind']);
    await model.project();
    expect((await totals('?consistency=strong')).totals).to.deep.equal([{ currency: 'EUR', amount: '1.00' }]);
    expect((await model.get('/v1/totals?knownAt=2026-01-01')).status).to.equal(400);
  });
});
