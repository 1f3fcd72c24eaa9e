import streams from '@eventstore/db-client/generated/streams_pb.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { encodeEvent } from '../record.ts';
import { readCheckpoint, readEvent } from './encode-event.ts';
import type { Message } from './transport/outbox.ts';

function written(message: Message): Buffer {
  // Another message may stand behind it.
  const page = Buffer.alloc(message.bytes + 20, 0xee);
  message.write(page, 0);
  expect(page.subarray(message.bytes).equals(Buffer.alloc(20, 0xee))).to.equal(true);
  return page.subarray(0, message.bytes);
}

describe('an event as it is sent', () => {
  const uint32 = fc.nat(0xffff_ffff);
  // The largest stands for that of a tombstone.
  const revision = fc.nat(0xffff_fffe);
  const bytes = fc.uint8Array({ maxLength: 300 });

  it('is what the generated classes read', () => {
    const events = fc.record({
      id: fc.uuid(),
      type: fc.string({ unit: 'grapheme', minLength: 1 }),
      isJson: fc.boolean(),
      metadata: bytes,
      data: bytes,
    });
    const stream = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(events, stream, revision, uint32, fc.nat(4e12), (event, name, number, sequence, createdMs) => {
        const record = encodeEvent({ sequence: 7, stream: name, revision: number }, createdMs, event);
        const message = streams.ReadResp.deserializeBinary(written(readEvent(record, sequence, 'text')));
        const read = message.getEvent();
        const recorded = read?.getEvent();
        const position = String(sequence * 64);
        expect(read?.getCommitPosition()).to.equal(position);
        expect(recorded?.getCommitPosition()).to.equal(position);
        expect(recorded?.getPreparePosition()).to.equal(position);
        expect(recorded?.getId()?.getString()).to.equal(event.id);
        expect(recorded?.getStreamRevision()).to.equal(String(number));
        expect(Buffer.from(recorded?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()).to.equal(name);
        expect(recorded?.getMetadataMap().toObject(false, (value) => value)).to.have.deep.members([
          ['type', event.type],
          ['content-type', event.isJson ? 'application/json' : 'application/octet-stream'],
          ['created', `${createdMs}0000`],
        ]);
        expect([...(recorded?.getCustomMetadata_asU8() ?? [])]).to.deep.equal([...event.metadata]);
        expect([...(recorded?.getData_asU8() ?? [])]).to.deep.equal([...event.data]);

        const other = streams.ReadResp.deserializeBinary(written(readEvent(record, sequence, 'halves')));
        const halves = other.getEvent()?.getEvent()?.getId()?.getStructured();
        const hex = [halves?.getMostSignificantBits(), halves?.getLeastSignificantBits()]
          .map((half) =>
            BigInt.asUintN(64, BigInt(half ?? 0))
              .toString(16)
              .padStart(16, '0'),
          )
          .join('');
        expect(hex).to.equal(event.id.replaceAll('-', ''));
      }),
    );
  });

  it('is followed by how far its subscription has come, as the generated classes write it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xffff_ffff }), fc.boolean(), (sequence, isMatch) => {
        const position = String(sequence * 64);
        const checkpoint = new streams.ReadResp.Checkpoint();
        checkpoint.setCommitPosition(position).setPreparePosition(isMatch ? position : '0');
        const expected = Buffer.from(new streams.ReadResp().setCheckpoint(checkpoint).serializeBinary());
        expect(written(readCheckpoint(sequence, isMatch ? sequence : 0)).equals(expected)).to.equal(true);
      }),
    );
  });
});
