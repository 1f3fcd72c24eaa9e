import { randomUUID } from 'node:crypto';
import { toJsonEvent } from '@ledger/shared/events/account-event-json';
import { currencyDecimals } from '@ledger/shared/money';
import { expect } from 'chai';
import { now, opened } from '../account/decide.fixture.ts';
import { causation } from '../handling/instance.fixture.ts';
import { expectProblem, type RunningCommandApi, startCommandApi, wrongFields } from './command-api.fixture.ts';

describe('the decimals of a currency over HTTP', () => {
  let api: RunningCommandApi;
  beforeEach(async () => {
    api = await startCommandApi();
  });
  afterEach(() => api.close());

  const put = (id: string, type: 'deposit' | 'withdrawal', amount: string, more = {}) =>
    api.put(`/v1/accounts/alice/transactions/${id}`, { type, amount, ...more });

  /** An account that was opened where the runtime knew other decimals than this one does. */
  function openElsewhere(currency: string, decimals: number): void {
    const after = { balance: 0n, latestEffectiveAt: null, currency, decimals };
    const context = { ...causation, recordedAt: now, asked: { hash: 'x', effectiveAt: null }, account: after };
    api.store.write('account-alice', [toJsonEvent(randomUUID(), opened(currency, decimals), context)], 'no_stream');
  }

  for (const [currency, zero, amount, shown, tooMany] of [
    ['JPY', '0', '12', '12', '12.1'],
    ['EUR', '0.00', '12.3', '12.30', '12.345'],
    ['KWD', '0.000', '12.345', '12.345', '12.3456'],
    ['CLF', '0.0000', '12.3456', '12.3456', '12.34567'],
    ['UYW', '0.0000', '12', '12.0000', '12.34567'],
  ] as const) {
    it(`are what the runtime says at the opening: ${currency}`, async () => {
      const account = await api.put('/v1/accounts/alice', { name: 'Alice', currency });
      expect(await account.json()).to.include({ balance: zero });
      expect(await (await put('d', 'deposit', amount)).json()).to.include({ amount: shown, balance: shown, currency });
      expect(await wrongFields(await put('e', 'deposit', tooMany))).to.deep.equal(['amount']);
    });
  }

  for (const { decimals, zero, amount, shown, more, shortfall, tooMany, most } of [
    {
      decimals: 3,
      zero: '0.000',
      amount: '1.234',
      shown: '1.234',
      more: '1.235',
      shortfall: '0.001',
      tooMany: '1.2345',
      most: '999999999999999.999',
    },
    {
      decimals: 0,
      zero: '0',
      amount: '7.0',
      shown: '7',
      more: '8',
      shortfall: '1',
      tooMany: '7.5',
      most: '999999999999999999',
    },
  ]) {
    it(`are the account’s for its whole life: ${decimals} of the euro`, async () => {
      expect(currencyDecimals('EUR')).to.equal(2);
      openElsewhere('EUR', decimals);
      const opening = await api.put('/v1/accounts/alice', { name: 'Alice', currency: 'EUR' });
      expect([opening.status, ((await opening.json()) as { balance: string }).balance]).to.deep.equal([200, zero]);
      const first = await put('d', 'deposit', amount, { currency: 'EUR', effectiveAt: '2026-05-01' });
      const text = await first.text();
      expect(JSON.parse(text)).to.include({ amount: shown, balance: shown });
      expect(await wrongFields(await put('e', 'deposit', tooMany))).to.deep.equal(['amount']);
      const refused = await expectProblem(await put('w', 'withdrawal', more), 'insufficient-funds');
      expect(refused).to.include({ amount: more, balance: shown, shortfall });
      const spelled = await put('d', 'deposit', `${amount}0`, { effectiveAt: '2026-05-01' });
      expect([spelled.status, await spelled.text()]).to.deep.equal([200, text]);
      const reused = await expectProblem(await put('d', 'deposit', tooMany), 'transaction-id-reused');
      expect(reused['differs']).to.deep.equal(['amount', 'effectiveAt']);
      await expectProblem(await put('cap', 'deposit', most), 'balance-limit-exceeded');
      expect((await put('all', 'withdrawal', amount)).status).to.equal(201);
      expect(await (await put('cap', 'deposit', most)).json()).to.include({ balance: most });
    });
  }

  it('are unknown of a code that is none: 400, and the account is not opened', async () => {
    for (const currency of ['XQQ', 'XXX', 'eur', 'EURO', '']) {
      expect(await wrongFields(await api.put('/v1/accounts/alice', { name: 'A', currency }))).to.deep.equal([
        'currency',
      ]);
    }
    await expectProblem(await put('d', 'deposit', '1'), 'account-not-found');
  });
});
