import { expect } from 'chai';
import { timeoutMsOf } from './timeout.ts';

describe('grpc-timeout', () => {
  const rows: readonly [header: string | undefined, ms: number | undefined][] = [
    ['2H', 7_200_000],
    ['3M', 180_000],
    ['4S', 4_000],
    ['5m', 5],
    ['1500u', 2],
    ['1n', 1],
    ['0m', 0],
    ['99999999H', 2 ** 31 - 1],
    // What says nothing sensible sets no limit.
    [undefined, undefined],
    ['', undefined],
    ['5', undefined],
    ['-5m', undefined],
    ['123456789m', undefined],
    ['5 m', undefined],
  ];
  for (const [header, ms] of rows) {
    it(`${header} is ${ms === undefined ? 'no limit' : `${ms} ms`}`, () => {
      expect(timeoutMsOf(header)).to.equal(ms);
    });
  }
});
