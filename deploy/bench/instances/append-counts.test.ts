import { expect } from 'chai';
import { appendCountsIn, sumOfIncreases } from './append-counts.ts';

const metrics = `# HELP command_append_events Events of one append
# TYPE command_append_events histogram
command_append_events_bucket{le="1"} 3
command_append_events_sum 70
command_append_events_count 12
# TYPE command_appends_outrun_total counter
command_appends_outrun_total 5
`;

describe('the appends that instances count', () => {
  it('are read from their metrics', () => {
    expect(appendCountsIn(metrics)).to.deep.equal({ landed: 12, outrun: 5 });
    expect(() => appendCountsIn('')).to.throw('there is no command_append_events_count');
  });

  it('are what has come since, of all of them', () => {
    const before = [
      { landed: 1, outrun: 2 },
      { landed: 10, outrun: 0 },
    ];
    const after = [
      { landed: 5, outrun: 4 },
      { landed: 11, outrun: 0 },
    ];
    expect(sumOfIncreases(before, after)).to.deep.equal({ landed: 5, outrun: 2 });
  });
});
