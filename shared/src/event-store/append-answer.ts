import {
  AccessDeniedError,
  DeadlineExceededError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  UnknownError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import shared, { type UUID } from '@eventstore/db-client/generated/shared_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { uuidOf } from './uuid-of.ts';

export interface AppendAnswer {
  /** Of the append that is answered, as it was sent; undefined where there is none. */
  readonly correlationId: string | undefined;
  /** The revision of its last event, or why it was refused. */
  readonly outcome: number | Error;
}

/** The append was malformed: sent again it would be refused again. */
export class BadRequestError extends Error {
  override readonly name = 'BadRequestError';
}

/**
 * Reads a BatchAppendResp (streams.proto). Of what is not a plain success the generated class is asked, which costs ten
 * times as much.
 * @throws Error where it is none
 */
export function readAppendAnswer(bytes: Buffer): AppendAnswer {
  return readSuccess(bytes) ?? readAny(bytes);
}

function readAny(bytes: Buffer): AppendAnswer {
  const answer = streams.BatchAppendResp.deserializeBinary(bytes);
  const correlationId = textOf(answer.getCorrelationId());
  const success = answer.getSuccess();
  if (success) return { correlationId, outcome: Number(success.getCurrentRevision()) };
  const refused = answer.getError();
  if (!refused) throw new Error('the answer to an append is neither a success nor a refusal');
  const stream = Buffer.from(answer.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8');
  return { correlationId, outcome: refusalOf(refused, stream) };
}

/** The error that the client (6.2.1, `unpackToCommandError`) makes of a refusal, where it has one. */
function refusalOf(refused: Status, stream: string): Error {
  const details = refused.getDetails();
  const name = details?.getTypeName() ?? '';
  switch (name) {
    case 'event_store.client.WrongExpectedVersion': {
      const versions = details?.unpack(shared.WrongExpectedVersion.deserializeBinary, name);
      if (versions) return WrongExpectedVersionError.fromWrongExpectedVersion(versions, stream);
      break;
    }
    case 'event_store.client.StreamDeleted':
      return StreamDeletedError.fromStreamName(stream);
    case 'event_store.client.MaximumAppendSizeExceeded': {
      const limit = details?.unpack(shared.MaximumAppendSizeExceeded.deserializeBinary, name);
      if (limit) return MaxAppendSizeExceededError.fromMaxAppendSize(limit.getMaxappendsize());
      break;
    }
    case 'event_store.client.BadRequest': {
      const reason = details?.unpack(shared.BadRequest.deserializeBinary, name)?.getMessage();
      return new BadRequestError(`${refused.getMessage()}: ${reason}`);
    }
    case 'event_store.client.AccessDenied':
      return new AccessDeniedError(undefined, refused.getMessage());
    case 'event_store.client.Timeout':
      return new DeadlineExceededError(undefined, refused.getMessage());
  }
  return new UnknownError(undefined, `${refused.getMessage()} (${name})`);
}

function textOf(uuid: UUID | undefined): string | undefined {
  const structured = uuid?.getStructured();
  if (!structured) return uuid?.getString();
  return uuidOf(BigInt(structured.getMostSignificantBits()), BigInt(structured.getLeastSignificantBits()));
}

/** The tags of what is read by hand: a field's number and how it is written. */
const tag = { correlationId: 0x0a, success: 0x1a, uuidString: 0x12, currentRevision: 0x08 } as const;

const uuidLength = 36;

/**
 * A success as servers write it: the append's UUID as a string, then the revision, then what nobody asks for. Undefined is
 * whatever has another form.
 */
function readSuccess(bytes: Buffer): AppendAnswer | undefined {
  const success = 4 + uuidLength;
  if (
    bytes[0] !== tag.correlationId ||
    bytes[1] !== uuidLength + 2 ||
    bytes[2] !== tag.uuidString ||
    bytes[3] !== uuidLength ||
    bytes[success] !== tag.success ||
    bytes[success + 2] !== tag.currentRevision
  ) {
    return undefined;
  }
  const length = bytes[success + 1] ?? 0;
  const end = success + 2 + length;
  if (length >= 128 || end > bytes.length) return undefined;
  let revision = 0;
  let factor = 1;
  for (let at = success + 3; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    revision += (byte & 127) * factor;
    if (byte < 128) return { correlationId: bytes.toString('latin1', 4, success), outcome: revision };
    factor *= 128;
  }
  return undefined;
}
