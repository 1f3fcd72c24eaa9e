import type { RecordedEvent as ClientEvent, EventType } from '@eventstore/db-client';
import { convertGrpcEvent } from '@eventstore/db-client/dist/utils/convertGrpcEvent.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { readReadAnswer } from './read-answer.ts';
import {
  caughtUpAnswer,
  checkpointAnswer,
  confirmationAnswer,
  eventAnswer,
  fellBehindAnswer,
  notFoundAnswer,
  plainEvent,
  recordedEvent,
  type SentEvent,
} from './read-answers.fixture.ts';

/** The same by the official client. */
function byClient(bytes: Buffer) {
  const resolved = streams.ReadResp.deserializeBinary(bytes).getEvent();
  if (!resolved) throw new Error('there is no event');
  const { event } = convertGrpcEvent(resolved) as { event: ClientEvent<EventType> };
  const { streamId: stream, id, type, revision, position, created, data, metadata } = event;
  return { stream, id, type, revision: Number(revision), position: position?.commit, created, data, metadata };
}

const utf8 = (text: string) => Buffer.from(text);
const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme', minLength: 100, maxLength: 300 }));
const payload = fc.oneof(
  fc.json().map(utf8),
  fc.constantFrom('', '{', '{"a":1}x', '"\ud800"', '\ufeff{}', 'null', '0').map(utf8),
  text.map(utf8),
  fc.uint8Array(),
);
const ticks = fc.oneof(
  fc.bigInt(0n, 10n ** 19n).map(String),
  fc.constantFrom('', '9999', '10000', '99999', 'yesterday', '17637288001234567'),
);
const system = fc.record(
  {
    type: text,
    'content-type': fc.oneof(fc.constant('application/json'), text),
    created: ticks,
    other: text,
  },
  { requiredKeys: [] },
);
const bits = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n);
const sentEvent: fc.Arbitrary<SentEvent> = fc.record({
  stream: text,
  id: fc.oneof(fc.uuid(), text),
  revision: fc.oneof(fc.maxSafeNat(), fc.nat(300)),
  position: fc.oneof(fc.bigInt(0n, 2n ** 64n - 1n), fc.bigInt(0n, 300n), fc.constantFrom(2n ** 53n, 2n ** 53n + 1n)),
  system,
  metadata: payload,
  data: payload,
});

/** Fields that no version of the protocol has, one of each form. */
const unknown = Buffer.from([
  ...[0xf8, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  ...[0xf9, 0x01, 1, 2, 3, 4, 5, 6, 7, 8],
  ...[0xfa, 0x01, 3, 0x0a, 0x0a, 0x0a],
  ...[0xfd, 0x01, 1, 2, 3, 4],
]);

/** A field that is a message, with its length. */
function field(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const inner = Buffer.concat(parts);
  const length: number[] = [];
  let left = inner.length;
  for (; left >= 128; left >>>= 7) length.push((left & 127) | 128);
  return Buffer.concat([Buffer.from([tag, ...length, left]), inner]);
}

describe('the answer to a read', () => {
  it('tells an event as the official client does, whatever it holds', () => {
    fc.assert(
      fc.property(sentEvent, (event) => {
        const bytes = eventAnswer(event);
        expect(readReadAnswer(bytes)).to.deep.equal(byClient(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it('tells when it was created to the millisecond, and its place exactly', () => {
    const position = 2n ** 63n + 1n;
    const event = { ...plainEvent, position, revision: 2 ** 40 };
    expect(readReadAnswer(eventAnswer(event))).to.deep.equal({
      stream: 'account-a',
      id: plainEvent.id,
      type: 'Counted',
      revision: 2 ** 40,
      position,
      created: new Date(1_763_728_800_123),
      data: { n: 1 },
      metadata: { $correlationId: 'c' },
    });
  });

  it('tells the event by the two halves of its id, too', () => {
    fc.assert(
      fc.property(bits, bits, (most, least) => {
        const hex = [most, least].map((half) => BigInt.asUintN(64, half).toString(16).padStart(16, '0')).join('');
        const answer = readReadAnswer(eventAnswer({ ...plainEvent, id: { most, least } }));
        const id = typeof answer === 'object' ? answer.id : '';
        expect(id.replaceAll('-', '')).to.equal(hex);
        expect(id).to.match(/^.{8}-.{4}-.{4}-.{4}-.{12}$/);
      }),
    );
  });

  it('passes over what is not known here, wherever it is, and takes the last of what comes twice', () => {
    fc.assert(
      fc.property(sentEvent, sentEvent, (first, last) => {
        const [early, late] = [first, last].map((event) => Buffer.from(recordedEvent(event).serializeBinary()));
        if (!early || !late) throw new Error('there are two');
        const twice = Buffer.concat([unknown, early, unknown, late, unknown]);
        const link = field(0x12, late);
        const bytes = Buffer.concat([unknown, field(0x0a, unknown, link, field(0x0a, twice), unknown), unknown]);
        expect(readReadAnswer(bytes)).to.deep.equal(byClient(bytes));
      }),
    );
  });

  it('keeps nothing of what it was a part of', () => {
    const event = { ...plainEvent, system: {}, metadata: Buffer.from([1]), data: Buffer.from([2]) };
    const answer = readReadAnswer(eventAnswer(event));
    const { data, metadata } = typeof answer === 'object' ? answer : {};
    for (const bytes of [data, metadata] as Uint8Array[]) expect(bytes.buffer.byteLength).to.equal(1);
  });

  it('tells that there is no such stream, and nothing of what is no event', () => {
    expect(readReadAnswer(notFoundAnswer('account-é'))).to.equal('missing');
    for (const nothing of [caughtUpAnswer, fellBehindAnswer, checkpointAnswer]) {
      expect(readReadAnswer(nothing)).to.equal(undefined);
    }
    expect(readReadAnswer(confirmationAnswer)).to.equal('confirmed');
    expect(readReadAnswer(unknown)).to.equal(undefined);
    expect(readReadAnswer(Buffer.alloc(0))).to.equal(undefined);
    expect(readReadAnswer(field(0x0a))).to.equal(undefined);
  });

  it('is none where it is cut off, or its parts are', () => {
    const whole = eventAnswer({ ...plainEvent, position: 2n ** 60n, data: utf8(`"${'x'.repeat(300)}"`) });
    for (let length = 1; length < whole.length; length += 1) {
      expect(() => readReadAnswer(whole.subarray(0, length)), `${length} bytes`).to.throw();
    }
    const recorded = Buffer.from(recordedEvent(plainEvent).serializeBinary());
    // The lengths around it are right, and what is within ends early.
    expect(() => readReadAnswer(field(0x0a, field(0x0a, recorded.subarray(0, -1))))).to.throw('within a field');
    expect(() => readReadAnswer(field(0x0a, field(0x0a, recorded), Buffer.from([0x12, 1])))).to.throw('within a field');
    for (const cut of [[0x18], [0x18, 0x80], [0x80]]) {
      const bytes = field(0x0a, field(0x0a, recorded, Buffer.from(cut)), Buffer.from([0x18, 0]));
      expect(() => readReadAnswer(bytes)).to.throw('within a field');
    }
    for (const [name, end] of [
      ['number', [0xf8, 0x01, ...Array.from({ length: 10 }, () => 0xff), 0x01]],
      ['fixed64', [0xf9, 0x01, 1, 2, 3, 4, 5, 6, 7]],
      ['fixed32', [0xfd, 0x01, 1, 2, 3]],
      ['wire type', [0xfb, 0x01]],
    ] as const) {
      expect(() => readReadAnswer(Buffer.concat([whole, Buffer.from(end)])), name).to.throw();
    }
    expect(() => readReadAnswer(field(0x0a, field(0x0a)))).to.throw('no id');
  });
});
