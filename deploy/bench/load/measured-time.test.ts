import { expect } from 'chai';
import { measuredTime } from './measured-time.ts';

describe('the measured time', () => {
  it('counts what was settled within it, and of what reaches beyond it the share within', () => {
    const measured = measuredTime(1_000, 2_000);
    measured.add(1_200, 1_300, 1);
    measured.add(900, 1_100, 10);
    measured.add(1_900, 2_300, 100);
    measured.add(500, 4_500, 1_000);
    expect(measured.settled).to.be.closeTo(1 + 5 + 25 + 250, 1e-9);
  });

  it('does not count what was over before it or began after it', () => {
    const measured = measuredTime(1_000, 2_000);
    measured.add(800, 1_000, 1);
    measured.add(2_000, 2_100, 1);
    expect(measured.settled).to.equal(0);
    expect(measured.latenciesMs).to.have.length(0);
  });

  it('keeps whole latencies, from the shortest on', () => {
    const measured = measuredTime(1_000, 2_000);
    for (const latencyMs of [300, 9, 1_100, 20]) measured.add(990, 990 + latencyMs, 1);
    expect([...measured.latenciesMs]).to.deep.equal([20, 300, 1_100]);
  });
});
