import code from '@eventstore/db-client/generated/code_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import rpc, { type Status } from '@eventstore/db-client/generated/status_pb.js';
import streams, { type BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import type { ExpectedRevision } from '../decide-append.ts';
import type { AppendOutcome } from '../event-store.ts';
import { MAX_APPEND_BYTES } from './append-request.ts';
import { positionOf } from './position.ts';

/** The forms of success and failure of a BatchAppend answer: a google.rpc.Status whose detail the clients tell errors by. */

function statusOf(
  number: code.Code,
  message: string,
  detail: { readonly name: string; readonly bytes: Uint8Array },
): Status {
  const packed = new any.Any();
  packed.pack(detail.bytes, `event_store.client.${detail.name}`);
  const status = new rpc.Status();
  status.setCode(number);
  status.setMessage(message);
  status.setDetails(packed);
  return status;
}

export function malformed(): Status {
  const bytes = new shared.BadRequest().serializeBinary();
  return statusOf(code.Code.INVALID_ARGUMENT, 'BadRequest', { name: 'BadRequest', bytes });
}

export function tooLarge(): Status {
  const detail = new shared.MaximumAppendSizeExceeded();
  detail.setMaxappendsize(MAX_APPEND_BYTES);
  const bytes = detail.serializeBinary();
  return statusOf(code.Code.INVALID_ARGUMENT, 'MaximumAppendSizeExceeded', {
    name: 'MaximumAppendSizeExceeded',
    bytes,
  });
}

export function timedOut(): Status {
  const bytes = new shared.Timeout().serializeBinary();
  return statusOf(code.Code.DEADLINE_EXCEEDED, 'Timeout', { name: 'Timeout', bytes });
}

export function writeFailed(error: unknown): Status {
  const bytes = new shared.Unknown().serializeBinary();
  return statusOf(code.Code.UNKNOWN, `The write failed: ${String(error)}`, { name: 'Unknown', bytes });
}

function wrongExpectedRevision(last: number, expected: ExpectedRevision): Status {
  const wrong = new shared.WrongExpectedVersion();
  if (last < 0) wrong.setCurrentNoStream(new empty.Empty());
  else wrong.setCurrentStreamRevision(String(last));
  if (expected === 'any') wrong.setExpectedAny(new empty.Empty());
  else if (expected === 'no_stream') wrong.setExpectedNoStream(new empty.Empty());
  else if (expected === 'stream_exists') wrong.setExpectedStreamExists(new empty.Empty());
  else wrong.setExpectedStreamPosition(String(expected));
  const bytes = wrong.serializeBinary();
  return statusOf(code.Code.ALREADY_EXISTS, 'WrongExpectedVersion', { name: 'WrongExpectedVersion', bytes });
}

function streamDeleted(name: Uint8Array): Status {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(name);
  const detail = new shared.StreamDeleted();
  detail.setStreamIdentifier(identifier);
  const bytes = detail.serializeBinary();
  return statusOf(code.Code.NOT_FOUND, 'StreamDeleted', { name: 'StreamDeleted', bytes });
}

/** What became of an append, put into `answer`, which names the stream already. */
export function setOutcome(answer: BatchAppendResp, outcome: AppendOutcome, expected: ExpectedRevision): void {
  if (outcome.kind === 'wrong-expected-revision') {
    answer.setError(wrongExpectedRevision(outcome.last, expected));
    return;
  }
  if (outcome.kind === 'stream-deleted') {
    answer.setError(streamDeleted(answer.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array()));
    return;
  }
  const success = new streams.BatchAppendResp.Success();
  if (outcome.last < 0) success.setNoStream(new empty.Empty());
  else success.setCurrentRevision(String(outcome.last));
  if (outcome.sequence === undefined) {
    success.setNoPosition(new empty.Empty());
  } else {
    const position = new shared.AllStreamPosition();
    position.setCommitPosition(String(positionOf(outcome.sequence)));
    position.setPreparePosition(String(positionOf(outcome.sequence)));
    success.setPosition(position);
  }
  answer.setSuccess(success);
}
