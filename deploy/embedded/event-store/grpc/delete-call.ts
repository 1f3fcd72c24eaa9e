import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ExpectedRevision } from '../decide-append.ts';
import type { DeleteOutcome, EventStore } from '../event-store.ts';
import { isStreamName } from './append-request.ts';
import { handlerThrew, streamDeleted, writeFailed } from './errors.ts';
import { positionOf } from './position.ts';
import type { Method } from './transport/call.ts';
import { oneRequest } from './transport/one-request.ts';
import { GrpcError, status } from './transport/status.ts';
import { readDelete } from './wire/append.ts';

/** The Delete call: the stream counts as missing until something is appended. */
export function createDelete(store: EventStore): Method {
  return oneRequest(async (request, call) => {
    const at = String(positionOf(await perform(store, request, 'soft')));
    const position = new streams.DeleteResp.Position().setCommitPosition(at).setPreparePosition(at);
    call.send(new streams.DeleteResp().setPosition(position).serializeBinary());
  });
}

/** The Tombstone call: the stream ends for good. */
export function createTombstone(store: EventStore): Method {
  return oneRequest(async (request, call) => {
    const at = String(positionOf(await perform(store, request, 'for-good')));
    const position = new streams.TombstoneResp.Position().setCommitPosition(at).setPreparePosition(at);
    call.send(new streams.TombstoneResp().setPosition(position).serializeBinary());
  });
}

/** The sequence number of what a delete wrote. @throws GrpcError */
async function perform(store: EventStore, request: Buffer, how: 'soft' | 'for-good'): Promise<number> {
  const options = readDelete(request);
  if (options?.expected === undefined || !isStreamName(options.stream)) throw handlerThrew();
  const { stream, expected } = options;
  const outcome = await store.delete(stream, expected, how).catch((error: unknown) => {
    throw writeFailed(error);
  });
  if (outcome.kind === 'deleted') return outcome.sequence;
  throw refusal(stream, expected, outcome);
}

/** How the real server writes expected revisions that are no revisions. */
const EXPECTED_NUMBERS = { no_stream: -1n, any: -2n, stream_exists: -4n } as const;

function refusal(
  stream: string,
  expected: ExpectedRevision,
  outcome: Exclude<DeleteOutcome, { kind: 'deleted' }>,
): GrpcError {
  if (outcome.kind === 'stream-deleted') return streamDeleted(stream);
  const expectedNumber = typeof expected === 'bigint' ? expected : EXPECTED_NUMBERS[expected];
  const [wanted, actual] = [String(expectedNumber), String(outcome.last)];
  return new GrpcError(
    status.FAILED_PRECONDITION,
    `Delete failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${wanted}, Actual version: ${actual}`,
    {
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': wanted,
      'actual-version': actual,
    },
  );
}
