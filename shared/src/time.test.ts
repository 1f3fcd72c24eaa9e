import { expect } from 'chai';
import fc from 'fast-check';
import { earliestInstant, formatInstant, type Instant, latestInstant, parseInstant, readFormatted } from './time.ts';

const read = (text: string) => {
  const instant = parseInstant(text);
  return instant === undefined ? undefined : formatInstant(instant);
};

describe('a date', () => {
  for (const [text, instant] of [
    ['2026-05-05', '2026-05-05T00:00:00.000Z'],
    ['2026-05-05T14:30', '2026-05-05T14:30:00.000Z'],
    ['2026-05-05T14:30Z', '2026-05-05T14:30:00.000Z'],
    ['2026-05-05T14:30:15', '2026-05-05T14:30:15.000Z'],
    ['2026-05-05T14:30:15Z', '2026-05-05T14:30:15.000Z'],
    ['2026-05-05t14:30:15z', '2026-05-05T14:30:15.000Z'],
    ['2026-05-05 14:30:15', '2026-05-05T14:30:15.000Z'],
    ['2026-05-05T14:30:15.1', '2026-05-05T14:30:15.100Z'],
    ['2026-05-05T14:30:15,12', '2026-05-05T14:30:15.120Z'],
    ['2026-05-05T14:30:15.123456789Z', '2026-05-05T14:30:15.123Z'],
    ['2026-05-05T14:30:15+02:00', '2026-05-05T12:30:15.000Z'],
    ['2026-05-05T14:30:15+0200', '2026-05-05T12:30:15.000Z'],
    ['2026-05-05T14:30:15+02', '2026-05-05T12:30:15.000Z'],
    ['2026-05-05T14:30:15-09:30', '2026-05-06T00:00:15.000Z'],
    ['2026-05-05T14:30:15 02:00', '2026-05-05T12:30:15.000Z'],
    ['2026-05-05T00:30:00+01:00', '2026-05-04T23:30:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29', '2000-02-29T00:00:00.000Z'],
    ['0001-01-01', '0001-01-01T00:00:00.000Z'],
    ['0099-12-31', '0099-12-31T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999999999Z', '9999-12-31T23:59:59.999Z'],
  ] as const) {
    it(`${text} is ${instant}`, () => expect(read(text)).to.equal(instant));
  }

  it('is cut to the millisecond, never rounded, before 1970 too', () => {
    expect(read('2026-05-05T14:30:15.999999999')).to.equal('2026-05-05T14:30:15.999Z');
    expect(read('1969-12-31T23:59:59.9999')).to.equal('1969-12-31T23:59:59.999Z');
    expect(read('1969-12-31T23:59:59.0019')).to.equal('1969-12-31T23:59:59.001Z');
  });

  for (const text of [
    '',
    'yesterday',
    '2026',
    '2026-05',
    '2026-5-5',
    '20260505',
    '2026-W19-2',
    '2026-125',
    '05/05/2026',
    '2026-05-05T',
    '2026-05-05T14',
    '2026-05-05Z',
    '2026-05-05+02:00',
    '2026-05-05T14:30:15.',
    '2026-05-05T14:30:15.1234567890',
    '2026-05-05T14:30.5',
    '2026-05-05T24:00:00',
    '2026-05-05T23:60:00',
    '2026-05-05T23:59:60',
    '2026-05-05T14:30:15+24:00',
    '2026-05-05T14:30:15+02:60',
    '2026-05-05T14:30:15 +02:00',
    ' 2026-05-05',
    '2026-05-05\n',
    '2026-00-10',
    '2026-13-01',
    '2026-01-00',
    '2026-01-32',
    '2026-02-29',
    '2100-02-29',
    '2026-04-31',
    '0000-12-31',
    '10000-01-01',
    '+002026-05-05',
    '-0001-01-01',
    '0001-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => expect(read(text)).to.equal(undefined));
  }

  it('is read back as it was written, at any instant of its years', () => {
    fc.assert(
      fc.property(fc.integer({ min: earliestInstant, max: latestInstant }), (instant) => {
        expect(parseInstant(formatInstant(instant))).to.equal(instant);
      }),
    );
  });
});

/** The same by the reader of all forms. */
function readAsFormatted(text: string): Instant | undefined {
  const instant = parseInstant(text);
  return instant !== undefined && formatInstant(instant) === text ? instant : undefined;
}

describe('an instant as it is stored', () => {
  const instant = fc.oneof(
    fc.integer({ min: earliestInstant, max: latestInstant }),
    fc.constantFrom(earliestInstant, latestInstant, 0, -1),
  );
  /** Two at a time: what was read last is remembered. */
  const expectSame = (...texts: readonly string[]) => {
    for (const text of texts) expect(readFormatted(text), text).to.equal(readAsFormatted(text));
  };

  it('is read back, at any instant of its years', () => {
    fc.assert(
      fc.property(instant, instant, (one, other) => {
        const texts = [formatInstant(one), formatInstant(other)];
        expect(texts.map(readFormatted)).to.deep.equal([one, other]);
      }),
    );
  });

  it('is nothing else, whatever is wrong with it', () => {
    const change = fc.tuple(fc.nat(23), fc.constantFrom(...'0123456789-:.TZtz +\n\u0663'));
    fc.assert(
      fc.property(instant, fc.array(change, { minLength: 1, maxLength: 3 }), (at, changes) => {
        const characters = Array.from(formatInstant(at));
        for (const [index, character] of changes) characters[index] = character;
        expectSame(characters.join(''));
      }),
      { numRuns: 2_000 },
    );
    const whole = '2026-05-05T14:30:00.123Z';
    expectSame(
      '',
      ' ',
      whole.slice(0, -1),
      `${whole} `,
      `\n${whole}`,
      `+00${whole}`,
      '2026-05-05',
      whole.replace('.', ','),
    );
  });

  it('is of a day that exists', () => {
    for (const year of [
      '0000',
      '0001',
      '0004',
      '0100',
      '0400',
      '1900',
      '1970',
      '2000',
      '2023',
      '2024',
      '2100',
      '9999',
    ]) {
      for (let month = 0; month <= 13; month += 1) {
        for (const day of ['00', '01', '28', '29', '30', '31', '32']) {
          expectSame(`${year}-${String(month).padStart(2, '0')}-${day}T00:00:00.000Z`);
        }
      }
    }
    expectSame('2026-05-05T24:00:00.000Z', '2026-05-05T23:60:00.000Z', '2026-05-05T23:59:60.000Z');
  });
});
