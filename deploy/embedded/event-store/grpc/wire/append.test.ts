import { randomUUID } from 'node:crypto';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { expect } from 'chai';
import fc from 'fast-check';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import timestamp from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { halvesOfUuid } from '../../event-id.ts';
import { readAppend, readBatchAppend, readDelete } from './append.ts';
import { MalformedMessageError } from './reader.ts';
import { uuidAsHalves } from './uuid.ts';

const { BatchAppendReq, AppendReq, DeleteReq } = streams;

const textId = (id: string) => new shared.UUID().setString(id);

/** What the generated classes write. */
const bytesOf = (message: { serializeBinary(): Uint8Array }) => Buffer.from(message.serializeBinary());

const identifier = (stream: string) => new shared.StreamIdentifier().setStreamName(Buffer.from(stream));

const proposed = fc.record({
  id: fc.uuid(),
  type: fc.string({ unit: 'grapheme', minLength: 1 }),
  isJson: fc.boolean(),
  metadata: fc.uint8Array(),
  data: fc.uint8Array({ maxLength: 300 }),
});
type Proposed = typeof proposed extends fc.Arbitrary<infer T> ? T : never;

function fill<M extends streams.BatchAppendReq.ProposedMessage | streams.AppendReq.ProposedMessage>(
  message: M,
  event: Proposed,
  id = textId(event.id),
): M {
  message.setId(id).setData(event.data).setCustomMetadata(event.metadata);
  message.getMetadataMap().set('type', event.type);
  message.getMetadataMap().set('content-type', event.isJson ? 'application/json' : 'application/octet-stream');
  return message;
}

const plain = (event: ReturnType<typeof readAppend>['events'][number]) =>
  event && { ...event, metadata: Uint8Array.from(event.metadata), data: Uint8Array.from(event.data) };

const same = (events: readonly Proposed[]) =>
  events.map((event) => ({ ...event, metadata: Uint8Array.from(event.metadata), data: Uint8Array.from(event.data) }));

const expectations = fc.oneof(
  fc.constantFrom('any' as const, 'no_stream' as const, 'stream_exists' as const),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
);

describe('the requests of appends', () => {
  it('of the BatchAppend call are read as the generated classes write them', () => {
    const stream = fc.string({ unit: 'grapheme' });
    const seconds = fc.integer({ min: -1e9, max: 4e9 });
    fc.assert(
      fc.property(
        stream,
        expectations,
        seconds,
        fc.array(proposed),
        fc.boolean(),
        (name, expected, at, events, isFinal) => {
          const correlation = textId(randomUUID());
          const options = new BatchAppendReq.Options().setStreamIdentifier(identifier(name));
          options.setDeadline(new timestamp.Timestamp().setSeconds(at).setNanos(5_000_000));
          if (expected === 'any') options.setAny(new empty.Empty());
          else if (expected === 'no_stream') options.setNoStream(new empty.Empty());
          else if (expected === 'stream_exists') options.setStreamExists(new empty.Empty());
          else options.setStreamPosition(String(expected));
          const request = new BatchAppendReq()
            .setCorrelationId(correlation)
            .setOptions(options)
            .setIsFinal(isFinal)
            .setProposedMessagesList(events.map((event) => fill(new BatchAppendReq.ProposedMessage(), event)));
          const read = readBatchAppend(bytesOf(request));
          expect(read.correlationId).to.deep.equal(bytesOf(correlation));
          expect(read.isFinal).to.equal(isFinal);
          expect(read.options?.identifier).to.deep.equal(bytesOf(identifier(name)));
          expect(read.options?.stream).to.equal(name);
          expect(read.options?.deadline).to.deep.equal({ kind: 'at', ms: at * 1000 + 5 });
          const isRevision = typeof expected !== 'bigint' || expected < 2n ** 63n;
          expect(read.options?.expected).to.equal(isRevision ? expected : undefined);
          expect(read.events.map(plain)).to.deep.equal(same(events));
        },
      ),
    );
  });

  it('of the Append call, too, and of Delete', () => {
    fc.assert(
      fc.property(proposed, (event) => {
        const read = readAppend(
          bytesOf(new AppendReq().setProposedMessage(fill(new AppendReq.ProposedMessage(), event))),
        );
        expect(read.options).to.equal(undefined);
        expect(read.events.map(plain)).to.deep.equal(same([event]));
      }),
    );
    const options = new AppendReq.Options().setStreamIdentifier(identifier('x')).setRevision('7');
    const read = readAppend(bytesOf(new AppendReq().setOptions(options)));
    expect(read).to.deep.include({ events: [] });
    expect(read.options).to.include({ stream: 'x', expected: 7n, deadline: undefined });
    const target = new DeleteReq.Options().setStreamIdentifier(identifier('x')).setAny(new shared.Empty());
    expect(readDelete(bytesOf(new DeleteReq().setOptions(target)))).to.include({ stream: 'x', expected: 'any' });
    expect(readDelete(bytesOf(new DeleteReq()))).to.equal(undefined);
  });

  it('may give the deadline as a duration, which the older generated classes do not know', () => {
    // options = 2 { deadline = 7 { seconds = 1: 1, nanos = 2: 500,000,000 } }
    const bytes = Buffer.from([0x12, 10, 0x3a, 8, 0x08, 1, 0x10, 0x80, 0xca, 0xb5, 0xee, 0x01]);
    expect(readBatchAppend(bytes).options?.deadline).to.deep.equal({ kind: 'within', ms: 1500 });
  });

  const event: Proposed = {
    id: randomUUID(),
    type: 'T',
    isJson: true,
    metadata: Buffer.alloc(0),
    data: Buffer.from('{}'),
  };

  function eventsWith(change: (message: streams.AppendReq.ProposedMessage) => void) {
    const message = fill(new AppendReq.ProposedMessage(), event);
    change(message);
    return readAppend(bytesOf(new AppendReq().setProposedMessage(message))).events;
  }

  it('name events in any form of a UUID', () => {
    const { mostSignificant, leastSignificant } = halvesOfUuid(event.id);
    const halves = new shared.UUID.Structured()
      .setMostSignificantBits(mostSignificant)
      .setLeastSignificantBits(leastSignificant);
    const forms = [
      textId(event.id.toUpperCase()),
      textId(event.id.replaceAll('-', '')),
      textId(`{${event.id}}`),
      new shared.UUID().setStructured(halves),
      uuidAsHalves(event.id),
    ];
    for (const form of forms) expect(eventsWith((message) => message.setId(form))[0]?.id).to.equal(event.id);
  });

  it('lack an event that has no valid id, no type or no content type', () => {
    const changes: ((message: streams.AppendReq.ProposedMessage) => unknown)[] = [
      (message) => message.clearId(),
      (message) => message.setId(textId('nonsense')),
      (message) => message.setId(textId('00000000-0000-0000-0000-000000000000')),
      (message) => message.setId(new shared.UUID()),
      (message) => message.getMetadataMap().del('type'),
      (message) => message.getMetadataMap().set('type', ''),
      (message) => message.getMetadataMap().del('content-type'),
    ];
    for (const change of changes) expect(eventsWith(change)).to.deep.equal([undefined]);
  });

  it('are read or refused, whatever the bytes are', () => {
    const whole = bytesOf(new AppendReq().setProposedMessage(fill(new AppendReq.ProposedMessage(), event)));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, length) => {
        const bytes = Buffer.from(whole.subarray(0, length));
        if (at < length) bytes[at] = byte;
        for (const read of [readAppend, readBatchAppend, readDelete]) {
          try {
            read(bytes);
          } catch (error) {
            expect(error).to.be.instanceOf(MalformedMessageError);
          }
        }
      }),
    );
  });
});
