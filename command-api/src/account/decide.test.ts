import { maxBalanceMinor } from '@ledger/shared/money';
import { expect } from 'chai';
import { accepted, at, deposit, given, now, opened, refused, withdrawal } from './decide.fixture.ts';
import { type DecisionState, decide } from './decide.ts';

const fiveMinutesMs = 5 * 60_000;
const hundred = [opened(), accepted(deposit('d1', '100.00', { effectiveAt: '2026-05-01' }))] as const;
const iso = (instant: number) => new Date(instant).toISOString();

describe('deciding a transaction', () => {
  describe('1. its id is recorded already', () => {
    it('replays an accepted one, whatever the balance is now', () => {
      given(...hundred, accepted(withdrawal('w1', '100.00')))
        .when(withdrawal('w1', '100.00'))
        .thenReplay();
    });
    it('replays a refusal, even where the money is there by now', () => {
      given(opened(), refused(withdrawal('w1', '5.00')), accepted(deposit('d1', '100.00')))
        .when(withdrawal('w1', '5.00'))
        .thenReplay();
    });
    it('takes other spellings of the same content for the same', () => {
      const first = deposit('d1', '10.50', { metadata: { a: '1', b: '2' } });
      given(opened(), accepted(first))
        .when(deposit('d1', '010.5', { currency: 'EUR', metadata: { b: '2', a: '1' } }))
        .thenReplay();
    });
    const first = deposit('d1', '10.00', { effectiveAt: '2026-05-01', description: 'x', metadata: { a: '1' } });
    for (const [field, second] of [
      ['type', { ...first, type: 'withdrawal' as const }],
      ['amount', { ...first, amount: { digits: 1001n, scale: 2 } }],
      ['amount', { ...first, amount: { digits: 10001n, scale: 3 } }],
      ['currency', { ...first, currency: 'USD' }],
      ['effectiveAt', { ...first, effectiveAt: at('2026-05-01T00:00:00.001') }],
      ['effectiveAt', { ...first, effectiveAt: undefined }],
      ['description', { ...first, description: 'y' }],
      ['metadata', { ...first, metadata: {} }],
    ] as const) {
      it(`names ${field} as what differs`, () => {
        given(opened(), accepted(first))
          .when(second)
          .thenRejected({ rule: 'transaction-id-reused', differs: [field] });
      });
    }
    it('names every field that differs', () => {
      given(opened(), accepted(first))
        .when(withdrawal('d1', '11.00'))
        .thenRejected({
          rule: 'transaction-id-reused',
          differs: ['type', 'amount', 'effectiveAt', 'description', 'metadata'],
        });
    });
    it('tells a date left out from one given that happens to be the same', () => {
      given(opened(), accepted(deposit('d1', '1.00')))
        .when(deposit('d1', '1.00', { effectiveAt: '2026-05-01' }))
        .thenRejected({ rule: 'transaction-id-reused', differs: ['effectiveAt'] });
    });
  });

  it('2. finds no account', () => {
    given().when(deposit('d1', '1.00')).thenRejected({ rule: 'account-not-found' });
  });

  describe('3. currency and decimals', () => {
    it('refuses another currency', () => {
      given(opened())
        .when(deposit('d1', '1.00', { currency: 'USD' }))
        .thenRejected({ rule: 'currency-mismatch', accountCurrency: 'EUR' });
    });
    for (const [currency, decimals, most, tooMany, minor] of [
      ['JPY', 0, '12', '12.5', 12n],
      ['EUR', 2, '12.34', '12.345', 1234n],
      ['KWD', 3, '12.345', '12.3456', 12345n],
      ['CLF', 4, '12.3456', '12.34567', 123456n],
      // Not what any runtime says of the euro: the account's events do.
      ['EUR', 3, '12.345', '12.3456', 12345n],
      ['EUR', 0, '12.0', '12.1', 12n],
    ] as const) {
      it(`takes ${most}, not ${tooMany}, in ${currency} with ${decimals} decimals`, () => {
        const account = given(opened(currency, decimals));
        account.when(deposit('d1', most)).thenEvent({ type: 'Deposited', amount: minor, balance: minor, currency });
        account.when(deposit('d2', tooMany)).thenRejected({ rule: 'too-many-decimals', currency, decimals });
      });
    }
    it('does not count needless zeros as decimals', () => {
      given(opened('JPY', 0)).when(deposit('d1', '12.000')).thenEvent({ type: 'Deposited', amount: 12n });
    });
  });

  describe('4. its date', () => {
    it('is now where none is given', () => {
      given(opened()).when(deposit('d1', '1.00')).thenEvent({ type: 'Deposited', effectiveAt: now });
    });
    it('is kept where it lies in the past', () => {
      given(opened())
        .when(deposit('d1', '1.00', { effectiveAt: '2020-02-29' }))
        .thenEvent({ type: 'Deposited', effectiveAt: at('2020-02-29') });
    });
    it('is now where another clock is ahead by up to five minutes', () => {
      for (const ahead of [1, fiveMinutesMs]) {
        given(opened())
          .when(deposit('d1', '1.00', { effectiveAt: iso(now + ahead) }))
          .thenEvent({ type: 'Deposited', effectiveAt: now });
      }
    });
    it('may not lie further ahead', () => {
      given(opened())
        .when(deposit('d1', '1.00', { effectiveAt: iso(now + fiveMinutesMs + 1) }))
        .thenRejected({ rule: 'effective-date-in-future', now });
    });
    it('may lie as far ahead as its client’s clock may be', () => {
      const clockToleranceMs = 14 * 3_600_000;
      const ahead = (ms: number) => deposit('d1', '1.00', { effectiveAt: iso(now + ms), clockToleranceMs });
      given(opened()).when(ahead(clockToleranceMs)).thenEvent({ type: 'Deposited', effectiveAt: now });
      given(opened())
        .when(ahead(clockToleranceMs + 1))
        .thenRejected({ rule: 'effective-date-in-future', now });
      given(opened(), accepted(ahead(1_000)))
        .when({ ...ahead(1_000), clockToleranceMs: 0 })
        .thenReplay();
    });
  });

  describe('5. the cap', () => {
    const nearlyFull = accepted(deposit('d1', '9999999999999999.98', { effectiveAt: '2026-05-01' }));
    it('may be reached', () => {
      given(opened(), nearlyFull)
        .when(deposit('d2', '0.01'))
        .thenEvent({ type: 'Deposited', balance: maxBalanceMinor });
    });
    it('may not be passed', () => {
      given(opened(), nearlyFull)
        .when(deposit('d2', '0.02'))
        .thenRejected({ rule: 'balance-limit-exceeded', amount: 2n });
    });
  });

  describe('6. the balance', () => {
    it('may be withdrawn to the last cent', () => {
      given(...hundred)
        .when(withdrawal('w1', '100.00'))
        .thenEvent({ type: 'Withdrawn', balance: 0n });
    });
    it('refuses what is more, as a fact', () => {
      given(...hundred)
        .when(withdrawal('w1', '100.01'))
        .thenEvent({
          type: 'WithdrawalRefused',
          reason: 'insufficient-funds',
          balance: 10000n,
          amount: 10001n,
          shortfall: 1n,
          firstNegativeAt: null,
        });
    });
    it('of an account without movements is zero', () => {
      given(opened())
        .when(withdrawal('w1', '0.01', { effectiveAt: '2026-01-01' }))
        .thenEvent({ type: 'WithdrawalRefused', reason: 'insufficient-funds', shortfall: 1n });
    });
  });

  describe('7. the balance on past dates', () => {
    const history = given(
      opened(),
      accepted(deposit('d1', '50.00', { effectiveAt: '2026-02-01' })),
      accepted(deposit('d2', '100.00', { effectiveAt: '2026-03-01' })),
      accepted(withdrawal('w1', '120.00', { effectiveAt: '2026-04-01' })),
      accepted(deposit('d3', '500.00', { effectiveAt: '2026-05-01' })),
    );
    it('refuses where it would be negative on the date itself', () => {
      history.when(withdrawal('w2', '30.00', { effectiveAt: '2026-01-15' })).thenEvent({
        type: 'WithdrawalRefused',
        reason: 'insufficient-funds-at-date',
        firstNegativeAt: at('2026-01-15'),
        shortfall: 3000n,
        balance: 53000n,
      });
    });
    it('names the first later date on which it would be negative', () => {
      history.when(withdrawal('w2', '40.00', { effectiveAt: '2026-02-15' })).thenEvent({
        type: 'WithdrawalRefused',
        reason: 'insufficient-funds-at-date',
        firstNegativeAt: at('2026-04-01'),
        shortfall: 1000n,
      });
    });
    it('takes what is there on every date', () => {
      history
        .when(withdrawal('w2', '30.00', { effectiveAt: '2026-02-15' }))
        .thenEvent({ type: 'Withdrawn', balance: 50000n });
    });
    it('does not look back from the latest date on', () => {
      history
        .when(withdrawal('w2', '530.00', { effectiveAt: '2026-05-01' }))
        .thenEvent({ type: 'Withdrawn', balance: 0n });
      const state: DecisionState = { ...history.state('w2'), timeline: undefined };
      expect(decide(withdrawal('w2', '530.00', { effectiveAt: '2026-05-01' }), state, now).kind).to.equal('event');
    });
    it('counts the end of an instant: its deposits cover its withdrawals', () => {
      const noon = '2026-02-01T12:00:00Z';
      given(
        opened(),
        accepted(deposit('d1', '10.00', { effectiveAt: noon })),
        accepted(deposit('d2', '1.00', { effectiveAt: '2026-03-01' })),
      )
        .when(withdrawal('w1', '10.00', { effectiveAt: noon }))
        .thenEvent({ type: 'Withdrawn', balance: 100n });
    });
    it('must have the timeline', () => {
      const state: DecisionState = { ...history.state('w2'), timeline: undefined };
      expect(() => decide(withdrawal('w2', '1.00', { effectiveAt: '2026-01-01' }), state, now)).to.throw('timeline');
    });
  });
});
