import { BACKWARDS, END, FORWARDS } from '@eventstore/db-client';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams, { type ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { useOfficialClient } from './official-client.fixture.ts';
import { readAllMessage, readStreamMessage } from './read-message.ts';

type Direction = 'forwards' | 'backwards';

/** The same by the generated classes. */
function generatedMessage(options: ReadReq.Options, direction: Direction, limit: number | undefined): Buffer {
  options
    .setReadDirection(direction === 'forwards' ? 0 : 1)
    .setCount(String(limit ?? Number.MAX_SAFE_INTEGER))
    .setNoFilter(new shared.Empty())
    .setUuidOption(new streams.ReadReq.Options.UUIDOption().setString(new shared.Empty()));
  return Buffer.from(new streams.ReadReq().setOptions(options).serializeBinary());
}

function ofStream(stream: string, from: number | 'end'): ReadReq.Options {
  const options = new streams.ReadReq.Options.StreamOptions();
  options.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(stream)));
  if (from === 'end') options.setEnd(new shared.Empty());
  else options.setRevision(String(from));
  return new streams.ReadReq.Options().setStream(options);
}

function ofAll(from: bigint | 'end'): ReadReq.Options {
  const options = new streams.ReadReq.Options.AllOptions();
  if (from === 'end') options.setEnd(new shared.Empty());
  else {
    const position = new streams.ReadReq.Options.Position();
    options.setPosition(position.setCommitPosition(String(from)).setPreparePosition(String(from)));
  }
  return new streams.ReadReq.Options().setAll(options);
}

const direction = fc.constantFrom<Direction>('forwards', 'backwards');
const number = fc.oneof(fc.constantFrom(0, 1, 127, 128, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER), fc.maxSafeNat());
const limit = fc.option(number, { nil: undefined });
const name = fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ minLength: 100, maxLength: 140 }));

describe('the message of a read', () => {
  it('is, byte for byte, what the generated classes write, of a stream', () => {
    const from = fc.oneof(number, fc.constant('end' as const));
    fc.assert(
      fc.property(name, direction, from, limit, (stream, to, at, most) => {
        const ours = readStreamMessage(stream, { direction: to, from: at, limit: most });
        expect(ours.toString('hex')).to.equal(generatedMessage(ofStream(stream, at), to, most).toString('hex'));
      }),
    );
  });

  it('is, byte for byte, what the generated classes write, of everything', () => {
    const position = fc.oneof(
      fc.bigInt(0n, 2n ** 64n - 1n),
      fc.constantFrom(0n, 127n, 128n, 2n ** 53n, 'end' as const),
    );
    fc.assert(
      fc.property(direction, position, limit, (to, at, most) => {
        const ours = readAllMessage({ direction: to, from: at, limit: most });
        expect(ours.toString('hex')).to.equal(generatedMessage(ofAll(at), to, most).toString('hex'));
      }),
    );
  });

  describe('beside that of the official client', () => {
    const official = useOfficialClient();

    /** What the client sends, as it is. */
    async function sentBy(read: AsyncIterable<unknown>): Promise<string> {
      let sent = '';
      official.stub.onReads(({ call, request }) => {
        sent = request.toString('hex');
        call.end();
      });
      for await (const _ of read) throw new Error('there is nothing');
      return sent;
    }

    it('is the same', async () => {
      const hex = (message: Buffer) => message.toString('hex');
      expect(
        await sentBy(official.client.readStream('account-é', { direction: FORWARDS, fromRevision: 300n })),
      ).to.equal(hex(readStreamMessage('account-é', { direction: 'forwards', from: 300 })));
      expect(
        await sentBy(official.client.readStream('account-é', { direction: BACKWARDS, fromRevision: END, maxCount: 1 })),
      ).to.equal(hex(readStreamMessage('account-é', { direction: 'backwards', from: 'end', limit: 1 })));
      const fromPosition = { commit: 5_000n, prepare: 5_000n };
      expect(await sentBy(official.client.readAll({ direction: FORWARDS, fromPosition, maxCount: 9 }))).to.equal(
        hex(readAllMessage({ direction: 'forwards', from: 5_000n, limit: 9 })),
      );
      expect(await sentBy(official.client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 64 }))).to.equal(
        hex(readAllMessage({ direction: 'backwards', from: 'end', limit: 64 })),
      );
    });
  });
});
