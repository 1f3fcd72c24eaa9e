import { expect } from 'chai';
import { figure, table } from './table.ts';

describe('a table', () => {
  it('has its columns under each other, figures to the right', () => {
    const text = table([
      ['appends', 'goal', 'node'],
      ['one', '800', '1,071'],
      ['thirty-two', '5,000', '-'],
    ]);
    expect(text.split('\n')).to.deep.equal([
      'appends      goal   node',
      'one           800  1,071',
      'thirty-two  5,000      -',
    ]);
  });

  it('leaves no blanks at the ends of lines, and takes rows of different lengths', () => {
    expect(table([['a', 'b'], ['long one'], ['c', '']])).to.equal('a         b\nlong one\nc');
  });
});

describe('a figure', () => {
  it('has commas between the thousands, and a decimal where it is small', () => {
    expect([1_234_567.8, 999.6, 100, 99.96, 7.25, 0].map(figure)).to.deep.equal([
      '1,234,568',
      '1,000',
      '100',
      '100',
      '7.3',
      '0',
    ]);
  });

  it('that is missing is a dash', () => {
    expect(figure(undefined)).to.equal('-');
  });
});
