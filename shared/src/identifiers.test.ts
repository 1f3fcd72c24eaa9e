import { expect } from 'chai';
import { accountId, transactionId } from './identifiers.ts';

describe('an id', () => {
  it('has up to 64 characters for an account, 128 for a transaction', () => {
    expect(accountId.safeParse('x'.repeat(64)).success).to.equal(true);
    expect(accountId.safeParse('x'.repeat(65)).success).to.equal(false);
    expect(transactionId.safeParse('x'.repeat(128)).success).to.equal(true);
    expect(transactionId.safeParse('x'.repeat(129)).success).to.equal(false);
  });
  for (const id of ['a', 'A-z_0:9.x', '..a', '-', ':', '.-.']) {
    it(`may be ${id}`, () => expect(transactionId.safeParse(id).success).to.equal(true));
  }
  for (const id of ['', '.', '..', '...', 'a b', 'a/b', 'a\n', 'é', 'a%20', '$x', 5, null]) {
    it(`may not be ${JSON.stringify(id)}`, () => expect(accountId.safeParse(id).success).to.equal(false));
  }
});
