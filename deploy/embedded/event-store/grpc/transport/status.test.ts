import { expect } from 'chai';
import fc from 'fast-check';
import { GrpcError, LONGEST_TRAILER, percentEncoded, status, trailersOf } from './status.ts';

describe('the words beside a status', () => {
  it('are printable ASCII and tell the text again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const encoded = percentEncoded(text);
        expect(encoded).to.match(/^[\x20-\x7e]*$/);
        expect(decodeURIComponent(encoded)).to.equal(text.toWellFormed());
      }),
    );
  });

  it('stay as they are where they can', () => {
    const text = `Event stream 'orders-1' is deleted. "#&+/:;<=>?@[]^_{|}~`;
    expect(percentEncoded(text)).to.equal(text);
    expect(percentEncoded('100 %\n')).to.equal('100 %25%0A');
    expect(percentEncoded('größer')).to.equal('gr%C3%B6%C3%9Fer');
  });

  it('are cut where they are too long for a header, between two characters', () => {
    expect(percentEncoded('a'.repeat(70_000))).to.equal('a'.repeat(LONGEST_TRAILER));
    const cut = percentEncoded(`a${'\u{1F600}'.repeat(70_000)}`);
    expect(cut.length).to.be.within(LONGEST_TRAILER - 12, LONGEST_TRAILER);
    expect(decodeURIComponent(cut)).to.match(/^a\u{1F600}+$/u);
  });

  it('come with trailers, which can hold any name of a stream', () => {
    const error = new GrpcError(status.FAILED_PRECONDITION, 'over', { 'stream-name': 'a\n%\u{1F600}' });
    expect(trailersOf(error)).to.deep.equal({
      'grpc-status': '9',
      'grpc-message': 'over',
      'stream-name': 'a%0A%25%F0%9F%98%80',
    });
    expect(trailersOf(undefined)).to.deep.equal({ 'grpc-status': '0' });
  });
});
