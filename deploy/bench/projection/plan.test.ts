import { expect } from 'chai';
import { UsageError } from '../../command-line.ts';
import { planFor } from './plan.ts';

describe('the plan of the projection benchmark', () => {
  it('is over 1,000,000 events of 10,000 accounts', () => {
    expect(planFor(false, {})).to.include({ events: 1_000_000, accounts: 10_000, lines: 1_000_000 });
  });

  it('is of both parts, or of the one that is asked for', () => {
    expect(planFor(false, {}).parts).to.deep.equal(['many', 'long']);
    expect(planFor(false, { part: 'long' }).parts).to.deep.equal(['long']);
  });

  it('is as large as it is asked for', () => {
    expect(planFor(false, { events: '5000', accounts: '100' })).to.include({
      events: 5_000,
      accounts: 100,
      lines: 5_000,
    });
    expect(planFor(true, { accounts: '7' })).to.include({ events: 60_000, accounts: 7, lines: 10_000 });
  });

  it('says what is wrong with what is asked for', () => {
    for (const events of ['0', '-1', '1e6', '10.5', '']) {
      expect(() => planFor(false, { events }), events).to.throw(UsageError, '--events');
    }
    expect(() => planFor(false, { accounts: '0' })).to.throw(UsageError, '--accounts');
    expect(() => planFor(false, { part: 'few' })).to.throw(UsageError, 'many or long');
    expect(() => planFor(false, { events: '199', accounts: '100' })).to.throw('each of 100 accounts has two');
  });
});
