import { maxBalanceMinor, parseDecimal, toMinor } from '@ledger/shared/money';
import { expect } from 'chai';
import { accepted, at, deposit, given, opened, withdrawal } from './decide.fixture.ts';

const overCap = (text: string, decimals = 2) => {
  const decimal = parseDecimal(text);
  return { rule: 'balance-limit-exceeded', amount: (decimal && toMinor(decimal, decimals)) ?? 0n } as const;
};

describe('the largest balance', () => {
  for (const [currency, decimals, most, oneMore] of [
    ['JPY', 0, '999999999999999999', '1000000000000000000'],
    ['EUR', 2, '9999999999999999.99', '10000000000000000.00'],
    ['KWD', 3, '999999999999999.999', '1000000000000000'],
    ['CLF', 4, '99999999999999.9999', '100000000000000.0000'],
  ] as const) {
    it(`is ${most} ${currency}, in one deposit or in two`, () => {
      given(opened(currency, decimals))
        .when(deposit('d', most))
        .thenEvent({ type: 'Deposited', amount: 10n ** 18n - 1n, balance: maxBalanceMinor });
      given(opened(currency, decimals)).when(deposit('d', oneMore)).thenRejected(overCap(oneMore, decimals));
      const full = given(opened(currency, decimals), accepted(deposit('d', most)));
      const least = decimals === 0 ? '1' : `0.${'1'.padStart(decimals, '0')}`;
      full.when(deposit('e', least)).thenRejected(overCap(least, decimals));
      full.when(withdrawal('w', most)).thenEvent({ type: 'Withdrawn', balance: 0n });
    });
  }

  it('is compared with amounts of 40 digits without losing one', () => {
    const longest = '9'.repeat(40);
    given(opened()).when(deposit('d', longest)).thenRejected(overCap(longest));
    given(opened(), accepted(deposit('d', '0.01')))
      .when(withdrawal('w', longest))
      .thenEvent({
        type: 'WithdrawalRefused',
        amount: (10n ** 40n - 1n) * 100n,
        shortfall: (10n ** 40n - 1n) * 100n - 1n,
        balance: 1n,
      });
  });

  describe('on every date', () => {
    // 1.00 below the cap at the end of March 2, and of March 4; 100.00 below in between and from March 5 on.
    const peaks = given(
      opened(),
      accepted(deposit('d1', '9999999999999899.99', { effectiveAt: '2026-03-01' })),
      accepted(deposit('d2', '99.00', { effectiveAt: '2026-03-02' })),
      accepted(withdrawal('w1', '99.00', { effectiveAt: '2026-03-03' })),
      accepted(deposit('d3', '99.00', { effectiveAt: '2026-03-04' })),
      accepted(withdrawal('w2', '99.00', { effectiveAt: '2026-03-05' })),
    );
    for (const effectiveAt of ['0001-01-01', '2026-03-01', '2026-03-02', '2026-03-03T12:00', '2026-03-04']) {
      it(`a deposit of ${effectiveAt} may fill the highest balance that comes, not more`, () => {
        peaks
          .when(deposit('t', '1.00', { effectiveAt }))
          .thenEvent({ type: 'Deposited', effectiveAt: at(effectiveAt) });
        peaks.when(deposit('t', '1.01', { effectiveAt })).thenRejected(overCap('1.01'));
      });
    }
    for (const effectiveAt of ['2026-03-05', '2026-03-06', undefined]) {
      it(`a deposit of ${effectiveAt ?? 'now'} does not look back at what was higher`, () => {
        const content = effectiveAt === undefined ? {} : { effectiveAt };
        peaks.when(deposit('t', '100.00', content)).thenEvent({ type: 'Deposited', balance: maxBalanceMinor });
        peaks.when(deposit('t', '100.01', content)).thenRejected(overCap('100.01'));
      });
    }
    it('a withdrawal makes room from its date on only', () => {
      const spent = given(
        opened(),
        accepted(deposit('d', '9999999999999999.99', { effectiveAt: '2026-03-01' })),
        accepted(withdrawal('w', '10.00', { effectiveAt: '2026-03-02' })),
      );
      spent.when(deposit('t', '10.00', { effectiveAt: '2026-03-02' })).thenEvent({ type: 'Deposited' });
      spent.when(deposit('t', '0.01', { effectiveAt: '2026-03-01T23:59:59.999' })).thenRejected(overCap('0.01'));
    });
  });

  it('is 10^18 - 1 minor units', () => expect(maxBalanceMinor).to.equal(999_999_999_999_999_999n));
});
