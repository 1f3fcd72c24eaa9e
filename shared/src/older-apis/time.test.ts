import { expect } from 'chai';
import { formatInstant } from '../time.ts';
import { parseOlderTime } from './time.ts';

describe('a time of the older APIs', () => {
  const read = [
    ['2023-01-04T00:00:00', '2023-01-04T00:00:00.000Z', false],
    ['2023-01-04 00:00:00', '2023-01-04T00:00:00.000Z', false],
    ['2023-01-04 12:30', '2023-01-04T12:30:00.000Z', false],
    ['2023-01-30T00:00:00.00000000', '2023-01-30T00:00:00.000Z', false],
    ['2023-01-30T00:00:00.123456789', '2023-01-30T00:00:00.123Z', false],
    ['2023-01-30T00:00:00,5', '2023-01-30T00:00:00.500Z', false],
    ['2023-01-04', '2023-01-04T00:00:00.000Z', false],
    ['2026-11-21T10-50-02', '2026-11-21T10:50:02.000Z', false],
    ['2023-01-04T00:00:00Z', '2023-01-04T00:00:00.000Z', true],
    ['2023-01-04T00:00Z', '2023-01-04T00:00:00.000Z', true],
    ['2023-01-04T00:00:00.123456789+02:00', '2023-01-03T22:00:00.123Z', true],
    ['2023-01-04 00:00:00-0530', '2023-01-04T05:30:00.000Z', true],
    ['2023-01-04T00:00:00 02:00', '2023-01-03T22:00:00.000Z', true],
    ['2023-01-04 00:00 02', '2023-01-03T22:00:00.000Z', true],
  ] as const;
  for (const [text, instant, hasOffset] of read) {
    it(`is ${text}`, () => {
      const time = parseOlderTime(text);
      expect(time && { instant: formatInstant(time.instant), hasOffset }).to.deep.equal({ instant, hasOffset });
      expect(time?.hasOffset).to.equal(hasOffset);
    });
  }

  const wrong = [
    '',
    'now',
    '2023-02-30',
    '2026-11-21T25-00-00',
    '2026-11-21T10-50',
    '2026-11-21T10-50-02Z',
    '1672790400',
  ];
  for (const text of wrong) {
    it(`is not "${text}"`, () => expect(parseOlderTime(text)).to.equal(undefined));
  }
});
