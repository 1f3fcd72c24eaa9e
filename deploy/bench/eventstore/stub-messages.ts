import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { dataOf, HUNDRED, WANTED_TYPE } from './data-set.ts';

/** What the stub answers, encoded beforehand: the events look to the client as a real server's do. */

/** A message as gRPC puts it on the wire: a flag, its length, its bytes. */
export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(5 + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  return frame;
}

const created = `${Date.UTC(2026, 0, 1)}0000`;

function eventFrame(n: number, streamName: string, type: string): Buffer {
  const id = new shared.UUID();
  id.setString(`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`);
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(streamName));
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(id);
  recorded.setStreamIdentifier(identifier);
  recorded.setStreamRevision(String(n));
  recorded.setCommitPosition(String(n * 64));
  recorded.setPreparePosition(String(n * 64));
  const about = recorded.getMetadataMap();
  about.set('type', type).set('content-type', 'application/json').set('created', created);
  recorded.setData(Buffer.from(JSON.stringify(dataOf(n))));
  const read = new streams.ReadResp.ReadEvent();
  read.setEvent(recorded);
  read.setCommitPosition(String(n * 64));
  const response = new streams.ReadResp();
  response.setEvent(read);
  return framed(response.serializeBinary());
}

function checkpointFrame(n: number): Buffer {
  const checkpoint = new streams.ReadResp.Checkpoint();
  checkpoint.setCommitPosition(String(n * 64));
  checkpoint.setPreparePosition(String(n * 64));
  const response = new streams.ReadResp();
  response.setCheckpoint(checkpoint);
  return framed(response.serializeBinary());
}

const isWanted = (n: number) => n % 100 >= HUNDRED.others;

/** So many events of the data set are encoded, and sent again and again: whole hundreds, and whole search windows. */
const BLOCK_EVENTS = 3200;

/** The official client's default; it asks for a checkpoint after each. */
const SEARCH_WINDOW = 32;

/** All events of a block, in pieces of some 16 kB, each with the number of its events. */
export function blockOfEvents(): { readonly bytes: Buffer; readonly events: number }[] {
  const size = 32;
  return Array.from({ length: BLOCK_EVENTS / size }, (_, piece) => {
    const frames = Array.from({ length: size }, (_, i) => {
      const n = piece * size + i;
      return isWanted(n) ? eventFrame(n, 'wanted-1', WANTED_TYPE) : eventFrame(n, 'other-1', 'Deposited');
    });
    return { bytes: Buffer.concat(frames), events: size };
  });
}

/** What a filtered subscription is sent of a block: the events that match, and a checkpoint for each search window. */
export function blockOfMatches(): Buffer {
  const frames: Buffer[] = [];
  for (let n = 0; n < BLOCK_EVENTS; n += 1) {
    if (isWanted(n)) frames.push(eventFrame(n, 'wanted-1', WANTED_TYPE));
    if ((n + 1) % SEARCH_WINDOW === 0) frames.push(checkpointFrame(n));
  }
  return Buffer.concat(frames);
}

export function confirmationFrame(): Buffer {
  const confirmation = new streams.ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId('stub');
  const response = new streams.ReadResp();
  response.setConfirmation(confirmation);
  return framed(response.serializeBinary());
}

/** The part of a BatchAppend answer behind the correlation id. */
export function appendedBytes(): Buffer {
  const position = new shared.AllStreamPosition();
  position.setCommitPosition('6400000');
  position.setPreparePosition('6400000');
  const success = new streams.BatchAppendResp.Success();
  success.setCurrentRevision('100000');
  success.setPosition(position);
  const response = new streams.BatchAppendResp();
  response.setSuccess(success);
  return Buffer.from(response.serializeBinary());
}

/** Without BatchAppend in this list the client would append by the unary call. */
export function supportedMethodsFrame(): Buffer {
  const supported = new features.SupportedMethods();
  supported.setEventStoreServerVersion('23.10.8');
  for (const { path } of Object.values(streamsGrpc.StreamsService)) {
    const [, service = '', method = ''] = path.toLowerCase().split('/');
    const entry = new features.SupportedMethod();
    entry.setServiceName(service);
    entry.setMethodName(method);
    supported.addMethods(entry);
  }
  return framed(supported.serializeBinary());
}
