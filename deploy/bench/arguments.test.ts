import { expect } from 'chai';
import { UsageError } from '../command-line.ts';
import { helpFor, readArguments } from './arguments.ts';

const BENCHMARKS = {
  eventstore: { measures: 'the store' },
  other: { measures: 'another', options: { size: 'how large' } },
};

describe("the benchmarks' command line", () => {
  it('names one benchmark', () => {
    expect(readArguments(['eventstore'], BENCHMARKS)).to.deep.equal({
      name: 'eventstore',
      quick: false,
      json: undefined,
      given: {},
    });
    expect(readArguments(['--quick', 'other', '--json', 'x.json'], BENCHMARKS)).to.deep.equal({
      name: 'other',
      quick: true,
      json: 'x.json',
      given: {},
    });
  });

  it('takes the options of the benchmark that it names', () => {
    expect(readArguments(['other', '--size', '7'], BENCHMARKS)).to.deep.include({ given: { size: '7' } });
    expect(() => readArguments(['eventstore', '--size', '7'], BENCHMARKS)).to.throw('eventstore has no option --size');
  });

  it('is told what is wrong with it, and what there is', () => {
    const told = (...args: string[]) => {
      expect(() => readArguments(args, BENCHMARKS), args.join(' ')).to.throw(UsageError);
      try {
        readArguments(args, BENCHMARKS);
      } catch (error) {
        return String(error);
      }
      return '';
    };
    expect(told()).to.contain('eventstore, other');
    expect(told('event-store')).to.contain('event-store').and.contain('eventstore, other');
    expect(told('eventstore', 'other')).to.contain('one benchmark at a time');
    expect(told('eventstore', '--fast')).to.contain('--fast');
  });

  it('asks for help', () => {
    expect(readArguments(['--help'], BENCHMARKS)).to.equal(undefined);
    expect(helpFor(BENCHMARKS))
      .to.contain('  eventstore  the store\n  other       another')
      .and.contain('other alone:\n\n  --size VALUE  how large');
  });
});
