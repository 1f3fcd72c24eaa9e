import { expect } from 'chai';
import { acknowledge, compareTotals, createBook, nothingAcknowledged } from './book.ts';

describe('the book of what was acknowledged', () => {
  function book() {
    const kept = createBook(2, 1_000);
    const acknowledged = nothingAcknowledged(2);
    acknowledge(acknowledged, 0, 500);
    acknowledge(acknowledged, 0, -200);
    acknowledge(acknowledged, 1, 7);
    kept.add(acknowledged);
    kept.add(acknowledged);
    return kept;
  }
  const right = [
    { balanceMinor: 1_600n, transactions: 5 },
    { balanceMinor: 1_014n, transactions: 3 },
  ];

  it('adds up slice after slice', () => {
    expect(book().totals).to.deep.equal(right);
    expect(book().sumMinor).to.equal(2_614n);
    compareTotals('ledger', book(), right);
  });

  it('is compared account by account, in balance and in number', () => {
    const [first, second] = right as [(typeof right)[0], (typeof right)[0]];
    const wrong = [
      [first, { ...second, balanceMinor: 1_013n }],
      [first, { ...second, transactions: 4 }],
      // The same sum over all.
      [
        { ...first, balanceMinor: 1_601n },
        { ...second, balanceMinor: 1_013n },
      ],
      [first],
      [first, second, second],
    ];
    for (const found of wrong) expect(() => compareTotals('ledger', book(), found)).to.throw('ledger');
    expect(() => compareTotals('ledger', book(), wrong[0] ?? [])).to.throw(
      'account 1: acknowledged 1014 after 3 transactions, found 1013 after 3 transactions',
    );
  });
});
