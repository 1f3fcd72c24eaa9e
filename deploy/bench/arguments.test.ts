import { expect } from 'chai';
import { UsageError } from '../command-line.ts';
import { helpFor, readArguments } from './arguments.ts';

const NAMES = ['eventstore', 'other'];

describe("the benchmarks' command line", () => {
  it('names one benchmark', () => {
    expect(readArguments(['eventstore'], NAMES)).to.deep.equal({ name: 'eventstore', quick: false, json: undefined });
    expect(readArguments(['--quick', 'other', '--json', 'x.json'], NAMES)).to.deep.equal({
      name: 'other',
      quick: true,
      json: 'x.json',
    });
  });

  it('is told what is wrong with it, and what there is', () => {
    const told = (...args: string[]) => {
      expect(() => readArguments(args, NAMES), args.join(' ')).to.throw(UsageError);
      try {
        readArguments(args, NAMES);
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
    expect(readArguments(['--help'], NAMES)).to.equal(undefined);
    expect(helpFor({ eventstore: 'the store', x: 'another' })).to.contain(
      '  eventstore  the store\n  x           another',
    );
  });
});
