import { expect } from 'chai';
import { createContention } from './contention.ts';

/** An account `a`, at a time that a test sets. */
function contentionAt(startMs = 1_000) {
  const clock = { ms: startMs };
  const contention = createContention({ now: () => clock.ms });
  const holder = {};
  return {
    clock,
    ...contention,
    met: (readMs = 0) => contention.othersMet('a', readMs),
    landed: (appendMs = 10) => contention.landed('a', holder, appendMs),
    pauseMs: () => contention.pauseMs('a'),
    givesWay: () => contention.givesWay('a'),
    nobodyMet: () => contention.nobodyMet('a'),
  };
}

describe('an account that nobody else writes to', () => {
  it('has its next turn at once', () => {
    const { landed, pauseMs, givesWay, nobodyMet } = contentionAt();
    landed();
    expect([pauseMs(), givesWay(), nobodyMet()]).to.deep.equal([0, false, false]);
  });

  it('rests for two turns after each hundredth append, without a look', () => {
    const { clock, landed, pauseMs, givesWay, nobodyMet } = contentionAt();
    for (let append = 1; append < 100; append += 1) {
      landed();
      expect(pauseMs()).to.equal(0);
    }
    landed();
    expect([pauseMs(), givesWay()]).to.deep.equal([20, false]);
    clock.ms += 20;
    expect(pauseMs()).to.equal(0);
    landed(5_000);
    expect([pauseMs(), nobodyMet()], 'after it').to.deep.equal([0, false]);
    for (let append = 102; append <= 200; append += 1) landed(5_000);
    expect(pauseMs(), 'at most').to.equal(100);
  });
});

describe('an account that another instance writes to', () => {
  it('has its next turn at once where others were first: whoever has lost does not wait', () => {
    const { met, pauseMs, givesWay } = contentionAt();
    met();
    expect([pauseMs(), givesWay()]).to.deep.equal([0, false]);
  });

  it('gives way after an own append, and looks after a turn, then every half of one, for three', () => {
    const { clock, met, landed, pauseMs, givesWay, nobodyMet } = contentionAt();
    met();
    landed();
    const pauses = [pauseMs()];
    clock.ms += pauseMs();
    for (let look = 1; look < 10 && nobodyMet(); look += 1) {
      expect(givesWay()).to.equal(true);
      pauses.push(pauseMs());
      clock.ms += pauseMs();
    }
    expect(pauses).to.deep.equal([10, 5, 5, 5, 5]);
    expect([givesWay(), pauseMs()]).to.deep.equal([false, 0]);
  });

  it('has its last look at the end', () => {
    const { clock, met, landed, pauseMs, nobodyMet } = contentionAt();
    met();
    landed();
    clock.ms += 29;
    expect([nobodyMet(), pauseMs()]).to.deep.equal([true, 1]);
    clock.ms += 1;
    expect(nobodyMet()).to.equal(false);
  });

  it('gives way for as long as it took itself, the reading included', () => {
    const { met, landed, pauseMs } = contentionAt();
    met(20);
    landed(10);
    expect(pauseMs()).to.equal(30);
  });

  it('goes on as soon as others are met', () => {
    const { clock, met, landed, pauseMs, givesWay } = contentionAt();
    met();
    landed();
    clock.ms += 10;
    met();
    expect([givesWay(), pauseMs()]).to.deep.equal([false, 0]);
  });

  it('waits a millisecond at least and 100 at most', () => {
    const { clock, met, landed, pauseMs, nobodyMet } = contentionAt();
    met();
    landed(0.1);
    expect(pauseMs()).to.equal(1);
    met();
    landed(5_000);
    expect(pauseMs()).to.equal(100);
    clock.ms += 100;
    expect(nobodyMet()).to.equal(false);
  });

  it('is given way three times in vain, then no more', () => {
    const { clock, met, landed, pauseMs, nobodyMet } = contentionAt();
    met();
    const pauses = Array.from({ length: 4 }, () => {
      landed();
      const pause = pauseMs();
      clock.ms += 30;
      nobodyMet();
      return pause;
    });
    expect(pauses).to.deep.equal([10, 10, 10, 0]);
  });

  it('counts those in vain anew where others are met again', () => {
    const { clock, met, landed, pauseMs, nobodyMet } = contentionAt();
    for (let time = 0; time < 2; time += 1) {
      met();
      for (let inVain = 0; inVain < 2; inVain += 1) {
        landed();
        clock.ms += 30;
        nobodyMet();
      }
    }
    landed();
    expect(pauseMs()).to.equal(10);
  });

  it('is as if it never had been, half a second after others were last met', () => {
    const { clock, met, landed, pauseMs, givesWay } = contentionAt();
    met();
    clock.ms += 499;
    landed();
    expect(pauseMs()).to.equal(10);
    clock.ms += 1;
    expect([pauseMs(), givesWay()]).to.deep.equal([0, false]);
    landed();
    expect([pauseMs(), givesWay()]).to.deep.equal([0, false]);
  });

  it('is no matter to other accounts', () => {
    const contention = createContention({ now: () => 0 });
    contention.othersMet('a', 0);
    contention.othersMet('b', 0);
    contention.landed('a', {}, 10);
    expect([contention.pauseMs('a'), contention.pauseMs('b')]).to.deep.equal([10, 0]);
  });
});
