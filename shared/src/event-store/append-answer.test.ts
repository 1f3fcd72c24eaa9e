import { randomUUID } from 'node:crypto';
import {
  AccessDeniedError,
  DeadlineExceededError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  UnknownError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import rpc from '@eventstore/db-client/generated/status_pb.js';
import streams, { type BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import { expect } from 'chai';
import fc from 'fast-check';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import { BadRequestError, readAppendAnswer } from './append-answer.ts';

const read = (answer: BatchAppendResp) => readAppendAnswer(Buffer.from(answer.serializeBinary()));

const uuid = (id: string) => new shared.UUID().setString(id);

function success(revision: number): BatchAppendResp {
  const position = new shared.AllStreamPosition().setCommitPosition('300').setPreparePosition('300');
  return new streams.BatchAppendResp()
    .setSuccess(new streams.BatchAppendResp.Success().setCurrentRevision(String(revision)).setPosition(position))
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from('account-é')));
}

function refusal(name: string, detail: { serializeBinary(): Uint8Array }): BatchAppendResp {
  const packed = new any.Any();
  packed.pack(detail.serializeBinary(), `event_store.client.${name}`);
  return new streams.BatchAppendResp()
    .setError(new rpc.Status().setCode(3).setMessage(name).setDetails(packed))
    .setCorrelationId(uuid(randomUUID()))
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from('account-é')));
}

describe('the answer to an append', () => {
  it('tells the append and its revision, in whatever form', () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.oneof(fc.maxSafeNat(), fc.nat(300)),
        fc.string({ maxLength: 40 }),
        (id, revision, other) => {
          const answer = success(revision).setCorrelationId(uuid(id));
          expect(read(answer)).to.deep.equal({ correlationId: id, outcome: revision });
          // Fields in another order, and an id that is none of ours.
          const late = Buffer.from([
            ...success(revision).serializeBinary(),
            ...new streams.BatchAppendResp().setCorrelationId(uuid(id)).serializeBinary(),
          ]);
          expect(readAppendAnswer(late)).to.deep.equal({ correlationId: id, outcome: revision });
          expect(read(success(revision).setCorrelationId(uuid(other)))).to.deep.equal({
            correlationId: other,
            outcome: revision,
          });
          expect(read(success(revision))).to.deep.equal({ correlationId: undefined, outcome: revision });
        },
      ),
    );
  });

  it('tells them where its parts hold what is not known here', () => {
    const id = randomUUID();
    const parts = (bytes: number[]) => [bytes.length, ...bytes];
    // A field 3 within the UUID, that looks like a success.
    const correlationId = [0x0a, ...parts([0x12, ...parts([...Buffer.from(id)]), 0x1a, ...parts([0x08, 5])])];
    const answer = Buffer.from([...correlationId, ...success(7).serializeBinary()]);
    expect(readAppendAnswer(answer)).to.deep.equal({ correlationId: id, outcome: 7 });
  });

  it('tells the append by the two halves of its id, too', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        const hex = id.replaceAll('-', '');
        const half = (digits: string) => String(BigInt.asIntN(64, BigInt(`0x${digits}`)));
        const halves = new shared.UUID.Structured()
          .setMostSignificantBits(half(hex.slice(0, 16)))
          .setLeastSignificantBits(half(hex.slice(16)));
        const answer = success(7).setCorrelationId(new shared.UUID().setStructured(halves));
        expect(read(answer)).to.deep.equal({ correlationId: id, outcome: 7 });
      }),
    );
  });

  it('tells why it was refused', () => {
    const versions = new shared.WrongExpectedVersion().setCurrentStreamRevision('7').setExpectedStreamPosition('3');
    const size = new shared.MaximumAppendSizeExceeded().setMaxappendsize(1_048_576);
    const outcome = (answer: BatchAppendResp) => read(answer).outcome;
    expect(outcome(refusal('WrongExpectedVersion', versions)))
      .to.be.instanceOf(WrongExpectedVersionError)
      .and.include({ streamName: 'account-é', actualVersion: 7n, expectedVersion: 3n });
    expect(outcome(refusal('StreamDeleted', new shared.StreamDeleted())))
      .to.be.instanceOf(StreamDeletedError)
      .and.include({ streamName: 'account-é' });
    expect(outcome(refusal('MaximumAppendSizeExceeded', size)))
      .to.be.instanceOf(MaxAppendSizeExceededError)
      .and.include({ maxAppendSize: 1_048_576 });
    expect(outcome(refusal('AccessDenied', new shared.AccessDenied()))).to.be.instanceOf(AccessDeniedError);
    expect(outcome(refusal('Timeout', new shared.Timeout()))).to.be.instanceOf(DeadlineExceededError);
    expect(outcome(refusal('BadRequest', new shared.BadRequest().setMessage('no such thing'))))
      .to.be.instanceOf(BadRequestError)
      .and.have.property('message', 'BadRequest: no such thing');
    const bare = new streams.BatchAppendResp().setError(new rpc.Status().setCode(2).setMessage('no'));
    expect(outcome(bare)).to.be.instanceOf(UnknownError);
  });

  it('is none where it says nothing, or is cut off', () => {
    expect(() => read(new streams.BatchAppendResp())).to.throw('neither a success nor a refusal');
    const answer = success(300).setCorrelationId(uuid(randomUUID())).setStreamIdentifier(undefined);
    const whole = Buffer.from(answer.serializeBinary());
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => readAppendAnswer(whole.subarray(0, length)), `${length} bytes`).to.throw();
    }
  });
});
