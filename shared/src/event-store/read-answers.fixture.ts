import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams, { type ReadResp } from '@eventstore/db-client/generated/streams_pb.js';

/** An event as a server sends it. */
export interface SentEvent {
  readonly stream: string;
  readonly id: string | { readonly most: bigint; readonly least: bigint };
  readonly revision: number;
  readonly position: bigint;
  /** What the server knows of it: `type`, `content-type`, `created`. */
  readonly system: Readonly<Record<string, string>>;
  readonly metadata: Uint8Array;
  readonly data: Uint8Array;
}

export const plainEvent: SentEvent = {
  stream: 'account-a',
  id: '5a3f3c9e-6f0e-4a57-9d8f-0d3f0b1c2d3e',
  revision: 0,
  position: 300n,
  system: { type: 'Counted', 'content-type': 'application/json', created: '17637288001234567' },
  metadata: Buffer.from('{"$correlationId":"c"}'),
  data: Buffer.from('{"n":1}'),
};

/** By the generated classes. */
export function recordedEvent(event: SentEvent): ReadResp.ReadEvent.RecordedEvent {
  const { id } = event;
  const uuid = new shared.UUID();
  if (typeof id === 'string') uuid.setString(id);
  else {
    const halves = new shared.UUID.Structured();
    uuid.setStructured(halves.setMostSignificantBits(String(id.most)).setLeastSignificantBits(String(id.least)));
  }
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(uuid)
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(event.stream)))
    .setStreamRevision(String(event.revision))
    .setPreparePosition(String(event.position))
    .setCommitPosition(String(event.position))
    .setCustomMetadata(event.metadata)
    .setData(event.data);
  for (const [key, value] of Object.entries(event.system)) recorded.getMetadataMap().set(key, value);
  return recorded;
}

export function eventAnswer(event: SentEvent): Buffer {
  const resolved = new streams.ReadResp.ReadEvent().setEvent(recordedEvent(event));
  resolved.setCommitPosition(String(event.position));
  return Buffer.from(new streams.ReadResp().setEvent(resolved).serializeBinary());
}

const answer = (response: ReadResp): Buffer => Buffer.from(response.serializeBinary());

export const caughtUpAnswer = answer(new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp()));
export const fellBehindAnswer = answer(new streams.ReadResp().setFellBehind(new streams.ReadResp.FellBehind()));
export const confirmationAnswer = answer(
  new streams.ReadResp().setConfirmation(new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId('s')),
);
export const checkpointAnswer = answer(
  new streams.ReadResp().setCheckpoint(
    new streams.ReadResp.Checkpoint().setCommitPosition('900').setPreparePosition('900'),
  ),
);

export function notFoundAnswer(stream: string): Buffer {
  const identifier = new shared.StreamIdentifier().setStreamName(Buffer.from(stream));
  const notFound = new streams.ReadResp.StreamNotFound().setStreamIdentifier(identifier);
  return Buffer.from(new streams.ReadResp().setStreamNotFound(notFound).serializeBinary());
}
