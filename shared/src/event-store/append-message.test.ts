import { randomUUID } from 'node:crypto';
import { jsonEvent } from '@eventstore/db-client';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams, { type BatchAppendReq } from '@eventstore/db-client/generated/streams_pb.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { appendMessage, type SentEvent } from './append-message.ts';
import type { ExpectedRevision } from './event-store.ts';
import { useOfficialClient } from './official-client.fixture.ts';

/** The same by the generated classes. */
function generatedMessage(
  correlationId: string,
  stream: string,
  events: readonly SentEvent[],
  expected: ExpectedRevision,
): Buffer {
  const options = new streams.BatchAppendReq.Options();
  options.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(stream)));
  if (expected === 'any') options.setAny(new shared.Empty());
  else if (expected === 'no_stream') options.setNoStream(new shared.Empty());
  else options.setStreamPosition(String(expected));
  const request = new streams.BatchAppendReq()
    .setCorrelationId(new shared.UUID().setString(correlationId))
    .setOptions(options)
    .setIsFinal(true);
  for (const { id, type, data, metadata } of events) {
    const proposed = new streams.BatchAppendReq.ProposedMessage()
      .setId(new shared.UUID().setString(id))
      .setData(Buffer.from(JSON.stringify(data)));
    proposed.getMetadataMap().set('type', type).set('content-type', 'application/json');
    if (metadata !== undefined) proposed.setCustomMetadata(Buffer.from(JSON.stringify(metadata)));
    request.addProposedMessages(proposed);
  }
  return Buffer.from(request.serializeBinary());
}

const text = fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ minLength: 120, maxLength: 140 }));
const json = fc.dictionary(
  fc.string({ unit: 'binary' }),
  // Sizes on both sides of where a length takes another byte, too.
  fc.oneof(
    fc.jsonValue(),
    text,
    fc.integer({ min: 16_300, max: 16_400 }).map((length) => 'é'.repeat(length / 2)),
  ),
  { maxKeys: 4 },
);
const anEvent: fc.Arbitrary<SentEvent> = fc.record(
  { id: fc.uuid(), type: text, data: json, metadata: json },
  { requiredKeys: ['id', 'type', 'data'] },
);
const revision: fc.Arbitrary<ExpectedRevision> = fc.oneof(
  fc.constantFrom('any' as const, 'no_stream' as const, 0, 127, 128, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER),
  fc.maxSafeNat(),
);

describe('the message of an append', () => {
  it('is, byte for byte, what the generated classes write, whatever the events', () => {
    fc.assert(
      fc.property(fc.uuid(), text, fc.array(anEvent, { maxLength: 5 }), revision, (id, stream, events, expected) => {
        expect(
          appendMessage(id, stream, events, expected).equals(generatedMessage(id, stream, events, expected)),
        ).to.equal(true);
      }),
    );
  });

  it('holds what is no UUID as it is, which the server refuses', () => {
    const events = [{ id: 'é', type: '', data: {} }];
    expect(appendMessage('', 'account-a', events, 'any')).to.deep.equal(
      generatedMessage('', 'account-a', events, 'any'),
    );
  });

  it('is not made of what JSON can’t say', () => {
    const events = [{ id: randomUUID(), type: 'Counted', data: { count: 1n } }];
    expect(() => appendMessage(randomUUID(), 'account-a', events, 'any')).to.throw(TypeError);
  });

  describe('beside that of the official client', () => {
    const official = useOfficialClient();

    /** What the client sends. */
    async function sentBy(append: () => Promise<unknown>): Promise<BatchAppendReq> {
      const sent: BatchAppendReq[] = [];
      official.stub.onAppends(async ({ request, written, answer }) => {
        sent.push(request);
        answer(await written());
      });
      await append();
      const [request] = sent;
      if (!request) throw new Error('no append has come');
      return request;
    }

    const bytesOf = (request: BatchAppendReq) => Buffer.from(request.serializeBinary());
    const idOf = (request: BatchAppendReq) => request.getCorrelationId()?.getString() ?? '';

    it('is the same, but for the moment at which the client’s clock says that it is too late', async () => {
      const events = Array.from({ length: 3 }, (_, n) => ({
        id: randomUUID(),
        type: n === 1 ? 'Zählung' : 'Counted',
        data: { n, text: '€ 😀 \ud800 \u0000'.repeat(n * 50) },
        metadata: { $correlationId: randomUUID() },
      }));
      const steps: [ExpectedRevision, 'any' | 'no_stream' | bigint][] = [
        ['no_stream', 'no_stream'],
        [2, 2n],
        ['any', 'any'],
      ];
      for (const [expected, expectedRevision] of steps) {
        const request = await sentBy(() =>
          official.client.appendToStream(
            'account-é',
            events.map((event) => jsonEvent(event)),
            { expectedRevision },
          ),
        );
        request.getOptions()?.clearDeadline();
        const ours = appendMessage(idOf(request), 'account-é', events, expected);
        expect(ours.toString('latin1')).to.equal(bytesOf(request).toString('latin1'));
      }
    });

    it('is the same for the metadata of a stream', async () => {
      const request = await sentBy(() => official.client.setStreamMetadata('account-a', { maxCount: 3 }));
      request.getOptions()?.clearDeadline();
      const id = request.getProposedMessagesList()[0]?.getId()?.getString() ?? '';
      const ours = appendMessage(
        idOf(request),
        '$$account-a',
        [{ id, type: '$metadata', data: { $maxCount: 3 } }],
        'any',
      );
      expect(ours.toString('latin1')).to.equal(bytesOf(request).toString('latin1'));
    });
  });
});
