import { expect } from 'chai';
import { askedOf, askedOfOpening, type OpenAccount, sameMetadata, type TransactionCommand } from './commands.ts';
import { accepted, at, decimal, deposit, given, opened } from './decide.fixture.ts';

const command = deposit('t', '10.50', { effectiveAt: '2026-05-01', description: 'x', metadata: { a: '1', b: '2' } });
const hashOf = (changed: Partial<TransactionCommand> = {}) => askedOf({ ...command, ...changed }, 'EUR').hash;

describe('what was asked for', () => {
  it('is another hash with any part of it', () => {
    const hashes = [
      hashOf(),
      hashOf({ type: 'withdrawal' }),
      hashOf({ amount: decimal('10.51') }),
      hashOf({ currency: 'USD' }),
      hashOf({ effectiveAt: at('2026-05-02') }),
      hashOf({ effectiveAt: undefined }),
      hashOf({ description: 'y' }),
      hashOf({ metadata: { a: '1', b: '3' } }),
      hashOf({ metadata: { a: '1' } }),
      // Parts that would be the same text if they ran together.
      hashOf({ description: '', metadata: { xa: '1', b: '2' } }),
      hashOf({ description: 'xa,1', metadata: { b: '2' } }),
      hashOf({ metadata: { a: '1,b,2' } }),
    ];
    expect(new Set(hashes)).to.have.length(hashes.length);
  });

  it('is the same hash in other spellings, and with the account’s currency given or left out', () => {
    for (const same of [
      { amount: decimal('010.5') },
      { currency: 'EUR' },
      { metadata: { b: '2', a: '1' } },
      { transactionId: 'another' },
    ]) {
      expect(hashOf(same), JSON.stringify(Object.keys(same))).to.equal(hashOf());
    }
    expect(askedOf(command, 'JPY').hash).to.not.equal(hashOf());
  });

  it('keeps the date as it was given, or that there was none', () => {
    expect(askedOf(command, 'EUR').effectiveAt).to.equal(at('2026-05-01'));
    expect(askedOf({ ...command, effectiveAt: undefined }, 'EUR').effectiveAt).to.equal(null);
  });

  it('is a replay without its currency in an account of any currency', () => {
    given(opened('JPY', 0), accepted(deposit('t', '10')))
      .when(deposit('t', '10'))
      .thenReplay();
  });
});

describe('what was asked for at an opening', () => {
  const opening: OpenAccount = { accountId: 'alice', name: 'Alice', currency: undefined, metadata: { a: '1', b: '2' } };
  const hashOfOpening = (changed: Partial<OpenAccount> = {}, currency = 'EUR') =>
    askedOfOpening({ ...opening, ...changed }, currency).hash;

  it('is another hash with any part of it, and the same one with its metadata in another order', () => {
    const hashes = [
      hashOfOpening(),
      hashOfOpening({ name: 'Bob' }),
      hashOfOpening({ metadata: { a: '1', b: '3' } }),
      hashOfOpening({}, 'USD'),
    ];
    expect(new Set(hashes)).to.have.length(hashes.length);
    expect(hashOfOpening({ metadata: { b: '2', a: '1' } })).to.equal(hashOfOpening());
  });
});

describe('metadata', () => {
  it('are the same in any order, and others with any other key or value', () => {
    expect(sameMetadata({ a: '1', b: '2' }, { b: '2', a: '1' })).to.equal(true);
    for (const other of [{ a: '1', b: '3' }, { a: '1', c: '2' }, { a: '1' }, { a: '1', b: '2', c: '' }]) {
      expect(sameMetadata({ a: '1', b: '2' }, other), JSON.stringify(other)).to.equal(false);
    }
  });
});
