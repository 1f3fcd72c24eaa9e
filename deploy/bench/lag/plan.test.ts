import { expect } from 'chai';
import { UsageError } from '../../command-line.ts';
import { planFor } from './plan.ts';
import { reportText } from './report.ts';

describe('the plan of the lag benchmark', () => {
  it('is 1,000 commands a second over 1,000 accounts for 30 s, at the gateway', () => {
    expect(planFor(false, {})).to.include({ perSecond: 1_000, accounts: 1_000, measureMs: 30_000, at: 'gateway' });
    expect(planFor(true, {})).to.include({ perSecond: 1_000, measureMs: 5_000 });
  });

  it('takes another rate and another port, and says what is wrong with them', () => {
    expect(planFor(false, { rate: '300', at: 'command-api' })).to.include({ perSecond: 300, at: 'command-api' });
    expect(() => planFor(false, { at: 'home' })).to.throw(UsageError, 'gateway or command-api');
    for (const rate of ['0', 'fast', '1.5', '-1']) {
      expect(() => planFor(false, { rate }), rate).to.throw(UsageError, '--rate');
    }
  });
});

describe('the report of the lag', () => {
  const report = (p99Ms: number, perSecond: number) =>
    reportText({
      plan: planFor(false, {}),
      result: {
        perSecond,
        latenciesMs: Float64Array.of(1, 2, 3),
        lagsMs: Float64Array.of(20, 30, p99Ms),
        reads: 12,
        commands: 100,
        acknowledged: { deltaMinor: new Float64Array(), transactions: new Float64Array() },
        driverCpuMs: 5,
      },
      cpu: [{ name: 'projector', ms: 10 }],
    });
  const lineOf = (text: string, name: string) => text.split('\n').find((line) => line.startsWith(name));

  it('judges the lag by its 99th percentile, and the rate by what was to be sent', () => {
    expect(lineOf(report(250, 990), 'from answer to read')).to.match(/ 30 +250 +250 +250 +ok$/);
    expect(lineOf(report(251, 990), 'from answer to read')).to.match(/ 251 +250 +above$/);
    expect(lineOf(report(250, 990), 'answered')).to.match(/ 990 +1,000 +ok$/);
    expect(lineOf(report(250, 989), 'answered')).to.match(/ 989 +1,000 +below$/);
    expect(report(250, 990)).to.contain('read 4.0 times').and.contain('100');
  });
});
