import streams, {
  type DeleteReq,
  type DeleteResp,
  type TombstoneReq,
  type TombstoneResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import { type handleUnaryCall, type ServiceError, status } from '@grpc/grpc-js';
import type { ExpectedRevision } from '../decide-append.ts';
import type { DeleteOutcome, EventStore } from '../event-store.ts';
import { exactRevision, isStreamName, streamNameOf } from './append-request.ts';
import { grpcError, handlerThrew, streamDeleted } from './errors.ts';
import { positionOf } from './position.ts';

/** The Delete call: the stream counts as missing until something is appended. */
export function createDelete(store: EventStore): handleUnaryCall<DeleteReq, DeleteResp> {
  return (call, answer) => {
    perform(store, call.request.getOptions(), 'soft').then((sequence) => {
      const position = new streams.DeleteResp.Position();
      position.setCommitPosition(String(positionOf(sequence)));
      position.setPreparePosition(String(positionOf(sequence)));
      const response = new streams.DeleteResp();
      response.setPosition(position);
      answer(null, response);
    }, answer);
  };
}

/** The Tombstone call: the stream ends for good. */
export function createTombstone(store: EventStore): handleUnaryCall<TombstoneReq, TombstoneResp> {
  return (call, answer) => {
    perform(store, call.request.getOptions(), 'for-good').then((sequence) => {
      const position = new streams.TombstoneResp.Position();
      position.setCommitPosition(String(positionOf(sequence)));
      position.setPreparePosition(String(positionOf(sequence)));
      const response = new streams.TombstoneResp();
      response.setPosition(position);
      answer(null, response);
    }, answer);
  };
}

type Options = DeleteReq.Options | TombstoneReq.Options;

/** The sequence number of what a delete wrote. @throws ServiceError */
async function perform(store: EventStore, options: Options | undefined, how: 'soft' | 'for-good'): Promise<number> {
  const stream = streamNameOf(options?.getStreamIdentifier());
  const expected = options && expectedOf(options);
  if (expected === undefined || !isStreamName(stream)) throw handlerThrew();
  const outcome = await store.delete(stream, expected, how).catch((error: unknown) => {
    throw grpcError(status.INTERNAL, `The write failed: ${String(error)}`);
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
): ServiceError {
  if (outcome.kind === 'stream-deleted') return streamDeleted(stream);
  const expectedNumber = typeof expected === 'bigint' ? expected : EXPECTED_NUMBERS[expected];
  const [wanted, actual] = [String(expectedNumber), String(outcome.last)];
  return grpcError(
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

function expectedOf(options: Options): ExpectedRevision | undefined {
  if (options.hasRevision()) return exactRevision(options.getRevision());
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasAny()) return 'any';
  return options.hasStreamExists() ? 'stream_exists' : undefined;
}
