import { expect } from 'chai';
import { UsageError } from '../../command-line.ts';
import { lastRecordedAt, OPENED_AT } from '../histories/histories.ts';
import { DATE_ORDERS } from '../histories/past-account.ts';
import { accountOf, benchAccounts, DATE_KINDS, datedPaths, SUMMED_ORDER } from './accounts.ts';
import { PARTS, planFor } from './plan.ts';

describe('the plan of the balances benchmark', () => {
  it('compares 1,000,000 lines with 1,000, and 10,000 and 1,000,000 with a sum', () => {
    const plan = planFor(false, {});
    expect(plan).to.include({ shortLines: 1_000, longLines: 1_000_000 });
    expect(plan.summed).to.deep.equal([
      { lines: 10_000, goal: 1.5 },
      { lines: 1_000_000, goal: 20 },
    ]);
    expect(plan.parts).to.deep.equal(PARTS);
  });

  it('has no goal for sums of another length', () => {
    const plan = planFor(false, { lines: '50000', part: 'summed' });
    expect(plan.longLines).to.equal(50_000);
    expect(plan.summed).to.deep.equal([
      { lines: 10_000, goal: 1.5 },
      { lines: 50_000, goal: undefined },
    ]);
    expect(plan.parts).to.deep.equal(['summed']);
    expect(planFor(false, { lines: '10000' }).summed).to.deep.equal([{ lines: 10_000, goal: 1.5 }]);
    expect(planFor(false, { lines: '5000' }).summed).to.deep.equal([{ lines: 5_000, goal: undefined }]);
  });

  it('says what is wrong with what is asked for', () => {
    expect(() => planFor(false, { part: 'some' })).to.throw(UsageError, 'dated, now, summed, backdated');
    for (const lines of ['1000', 'many', '1e6', '-5']) {
      expect(() => planFor(false, { lines }), lines).to.throw(UsageError, 'above 1000');
    }
  });

  it('has every account that it asks for, each with a currency of its own', () => {
    for (const plan of [
      planFor(false, {}),
      planFor(true, {}),
      planFor(false, { lines: '10000' }),
      planFor(true, { lines: '5000' }),
    ]) {
      const accounts = benchAccounts(plan);
      for (const lines of [plan.shortLines, plan.longLines]) {
        for (const order of DATE_ORDERS) expect(accountOf(accounts, order, lines).lines).to.equal(lines);
      }
      for (const { lines } of plan.summed) expect(accountOf(accounts, SUMMED_ORDER, lines).lines).to.equal(lines);
      for (const of of ['accountId', 'currency'] as const) {
        expect(new Set(accounts.map((account) => account[of])).size, of).to.equal(accounts.length);
      }
    }
  });
});

describe('queries at random dates', () => {
  const account = { accountId: 'a', currency: 'EUR', order: 'in order', lines: 100 } as const;

  it('are of the whole life of the account, and name what they are to', () => {
    for (const kind of DATE_KINDS) {
      const paths = datedPaths(account, kind, 500, 'seed');
      const urls = paths.map((path) => new URL(path, 'http://x'));
      expect(new Set(urls.map((url) => [...url.searchParams.keys()].join(' and ')))).to.deep.equal(new Set([kind]));
      const dates = urls.flatMap((url) => [...url.searchParams.values()]).map((text) => Date.parse(text));
      const [first, last] = [OPENED_AT, lastRecordedAt(100)];
      expect(Math.min(...dates)).to.be.within(first, first + (last - first) / 20);
      expect(Math.max(...dates)).to.be.within(last - (last - first) / 20, last);
    }
  });

  it('are the same for the same seed, and others for another', () => {
    const of = (seed: string) => datedPaths(account, 'at', 5, seed);
    expect(of('a')).to.deep.equal(of('a'));
    expect(of('a')).to.not.deep.equal(of('b'));
  });
});
