import code from '@eventstore/db-client/generated/code_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import rpc from '@eventstore/db-client/generated/status_pb.js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import type { ExpectedRevision } from '../decide-append.ts';
import type { AppendOutcome } from '../event-store.ts';
import { MAX_APPEND_BYTES } from './append-request.ts';
import { positionOf } from './position.ts';
import type { Message } from './transport/outbox.ts';
import { uuidAsHalves, uuidIn } from './wire/uuid.ts';
import { fieldSize, numberSize, writeBytes, writeHeader, writeNumber } from './wire/writer.ts';

/**
 * The answers of a BatchAppend call. A success, which nearly all are, is written by hand; a failure is a google.rpc.Status
 * whose detail the clients tell errors by.
 */

/** The field of BatchAppendResp that tells what became of an append. */
export interface Result {
  readonly field: 2 | 3;
  readonly bytes: Uint8Array;
}

/** @param correlationId and `identifier` as they came, which is how they go back */
export function answerTo(
  correlationId: Uint8Array | undefined,
  identifier: Uint8Array | undefined,
  { field, bytes }: Result,
): Message {
  const size =
    (correlationId ? fieldSize(correlationId.length) : 0) +
    fieldSize(bytes.length) +
    (identifier ? fieldSize(identifier.length) : 0);
  return {
    bytes: size,
    write(target, start) {
      let at = start;
      if (correlationId) at = writeBytes(target, at, 1, correlationId);
      at = writeBytes(target, at, field, bytes);
      if (identifier) writeBytes(target, at, 4, identifier);
    },
  };
}

/** A UUID message in the form of two halves; as it is where it holds no id. */
export function structured(uuid: Buffer): Uint8Array {
  const id = uuidIn(uuid);
  return id === undefined ? uuid : uuidAsHalves(id).serializeBinary();
}

/** What became of an append to `stream`. */
export function outcomeOf(outcome: AppendOutcome, expected: ExpectedRevision, stream: string): Result {
  if (outcome.kind === 'wrong-expected-revision') return wrongExpectedRevision(outcome.last, expected);
  if (outcome.kind === 'stream-deleted') return streamDeleted(stream);
  return { field: 3, bytes: successOf(outcome.last, outcome.sequence) };
}

/** BatchAppendResp.Success: current_revision = 1 or no_stream = 2, position = 3 or no_position = 4. */
function successOf(last: number, sequence: number | undefined): Buffer {
  const position = sequence === undefined ? undefined : positionOf(sequence);
  const positions = position === undefined ? 0 : 2 * numberSize(position);
  const bytes = Buffer.allocUnsafe((last < 0 ? fieldSize(0) : numberSize(last)) + fieldSize(positions));
  let at = last < 0 ? writeHeader(bytes, 0, 2, 0) : writeNumber(bytes, 0, 1, last);
  if (position === undefined) {
    writeHeader(bytes, at, 4, 0);
    return bytes;
  }
  at = writeHeader(bytes, at, 3, positions);
  at = writeNumber(bytes, at, 1, position);
  writeNumber(bytes, at, 2, position);
  return bytes;
}

function failure(number: code.Code, message: string, detail: { name: string; bytes: Uint8Array }): Result {
  const packed = new any.Any();
  packed.pack(detail.bytes, `event_store.client.${detail.name}`);
  const status = new rpc.Status();
  status.setCode(number);
  status.setMessage(message);
  status.setDetails(packed);
  return { field: 2, bytes: status.serializeBinary() };
}

export function malformed(): Result {
  const bytes = new shared.BadRequest().serializeBinary();
  return failure(code.Code.INVALID_ARGUMENT, 'BadRequest', { name: 'BadRequest', bytes });
}

export function tooLarge(): Result {
  const detail = new shared.MaximumAppendSizeExceeded();
  detail.setMaxappendsize(MAX_APPEND_BYTES);
  const bytes = detail.serializeBinary();
  const name = 'MaximumAppendSizeExceeded';
  return failure(code.Code.INVALID_ARGUMENT, name, { name, bytes });
}

export function timedOut(): Result {
  const bytes = new shared.Timeout().serializeBinary();
  return failure(code.Code.DEADLINE_EXCEEDED, 'Timeout', { name: 'Timeout', bytes });
}

export function writeFailed(error: unknown): Result {
  const bytes = new shared.Unknown().serializeBinary();
  return failure(code.Code.UNKNOWN, `The write failed: ${String(error)}`, { name: 'Unknown', bytes });
}

function wrongExpectedRevision(last: number, expected: ExpectedRevision): Result {
  const wrong = new shared.WrongExpectedVersion();
  if (last < 0) wrong.setCurrentNoStream(new empty.Empty());
  else wrong.setCurrentStreamRevision(String(last));
  if (expected === 'any') wrong.setExpectedAny(new empty.Empty());
  else if (expected === 'no_stream') wrong.setExpectedNoStream(new empty.Empty());
  else if (expected === 'stream_exists') wrong.setExpectedStreamExists(new empty.Empty());
  else wrong.setExpectedStreamPosition(String(expected));
  const bytes = wrong.serializeBinary();
  return failure(code.Code.ALREADY_EXISTS, 'WrongExpectedVersion', { name: 'WrongExpectedVersion', bytes });
}

function streamDeleted(stream: string): Result {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream));
  const detail = new shared.StreamDeleted();
  detail.setStreamIdentifier(identifier);
  const bytes = detail.serializeBinary();
  return failure(code.Code.NOT_FOUND, 'StreamDeleted', { name: 'StreamDeleted', bytes });
}
