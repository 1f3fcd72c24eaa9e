import { expect } from 'chai';
import fc from 'fast-check';
import { currencyDecimals, formatDecimal, formatMinor, parseDecimal, parseMinor, toMinor } from './money.ts';

describe('money', () => {
  it('reads a decimal as the number that it is', () => {
    for (const text of ['100', '100.0', '100.00', '0100', '00100.000']) {
      expect(parseDecimal(text)).to.deep.equal({ digits: 100n, scale: 0 });
    }
    expect(parseDecimal('0.050')).to.deep.equal({ digits: 5n, scale: 2 });
    expect(parseDecimal('0')).to.deep.equal({ digits: 0n, scale: 0 });
    expect(parseDecimal('9'.repeat(40))?.digits).to.equal(10n ** 40n - 1n);
  });

  for (const text of [
    '',
    '-1',
    '+1',
    '1e3',
    '.5',
    '5.',
    '1,5',
    '1 000',
    ' 1',
    '1\n',
    '0x1',
    'NaN',
    '١',
    '1'.repeat(41),
  ]) {
    it(`reads no number from ${JSON.stringify(text)}`, () => {
      expect(parseDecimal(text)).to.equal(undefined);
    });
  }

  it('turns into minor units by the currency’s decimals, and never rounds', () => {
    for (const [text, decimals, minor] of [
      ['12', 0, 12n],
      ['12.00', 0, 12n],
      ['12.5', 0, undefined],
      ['12', 2, 1200n],
      ['12.345', 2, undefined],
      ['12.345', 3, 12345n],
      ['0.001', 3, 1n],
    ] as const) {
      const decimal = parseDecimal(text);
      expect(decimal && toMinor(decimal, decimals), `${text} with ${decimals}`).to.equal(minor);
    }
  });

  it('shows all decimals, also below one and below zero', () => {
    expect(formatMinor(0n, 2)).to.equal('0.00');
    expect(formatMinor(5n, 2)).to.equal('0.05');
    expect(formatMinor(-5n, 3)).to.equal('-0.005');
    expect(formatMinor(-1234n, 0)).to.equal('-1234');
    expect(formatMinor(10n ** 18n - 1n, 2)).to.equal('9999999999999999.99');
  });

  it('reads back what it wrote, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
        fc.integer({ min: 0, max: 6 }),
        (minor, decimals) => {
          expect(parseMinor(formatMinor(minor, decimals), decimals)).to.equal(minor);
        },
      ),
    );
    for (const [text, decimals] of [
      ['1.0', 2],
      ['1', 2],
      ['1.00', 0],
      ['', 0],
      ['--1', 0],
      ['.50', 2],
      ['1e2', 0],
    ] as const) {
      expect(() => parseMinor(text, decimals), text).to.throw(RangeError);
    }
  });

  it('gives one form to equal decimals, and other forms to others', () => {
    const decimals = fc.tuple(fc.nat(9_999), fc.nat(3)).map(([digits, scale]) => formatMinor(BigInt(digits), scale));
    fc.assert(
      fc.property(decimals, decimals, (a, b) => {
        const [one, two] = [parseDecimal(a), parseDecimal(b)];
        if (!one || !two) throw new Error('not read');
        const equal = toMinor(one, 3) === toMinor(two, 3);
        expect(formatDecimal(one) === formatDecimal(two)).to.equal(equal);
      }),
    );
  });

  it('knows the decimals of a currency, and no unknown code', () => {
    for (const [code, decimals] of [
      ['JPY', 0],
      ['EUR', 2],
      ['CZK', 2],
      ['KWD', 3],
      ['CLF', 4],
      ['UYW', 4],
    ] as const) {
      expect(currencyDecimals(code), code).to.equal(decimals);
      expect(currencyDecimals(code), `${code} again`).to.equal(decimals);
    }
    for (const code of ['eur', 'XQQ', 'XXX', 'XTS', '', 'EURO', 'EU', 'E1R', 'EUR\n', 'constructor'])
      expect(currencyDecimals(code), code).to.equal(undefined);
  });

  it('knows every currency of today, and those of yesterday, whose accounts are still there', () => {
    for (const code of Intl.supportedValuesOf('currency')) {
      expect(currencyDecimals(code), code).to.be.within(0, 4);
    }
    for (const code of ['DEM', 'LTL', 'MRO', 'VEF']) expect(currencyDecimals(code), code).to.be.within(0, 4);
  });
});
