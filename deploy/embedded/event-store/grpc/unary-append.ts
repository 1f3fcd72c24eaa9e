import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams, { type AppendReq, type AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import { type handleClientStreamingCall, status } from '@grpc/grpc-js';
import type { ExpectedRevision } from '../decide-append.ts';
import type { AppendOutcome, EventStore } from '../event-store.ts';
import { exactRevision, gatherEvents, isStreamName, MAX_APPEND_BYTES, streamNameOf } from './append-request.ts';
import { grpcError, handlerThrew, streamDeleted } from './errors.ts';
import { positionOf } from './position.ts';

/** The Append call: options first, then one message an event, then one answer. */
export function createUnaryAppend(store: EventStore): handleClientStreamingCall<AppendReq, AppendResp> {
  return function append(call, answer) {
    const gathered = gatherEvents();
    let stream = '';
    let expected: ExpectedRevision | undefined;

    async function perform(): Promise<void> {
      if (gathered.problem === 'too-large') {
        answer(
          grpcError(status.INVALID_ARGUMENT, `Maximum Append Size of ${MAX_APPEND_BYTES} Exceeded.`, {
            exception: 'maximum-append-size-exceeded',
            'maximum-append-size': String(MAX_APPEND_BYTES),
          }),
        );
        return;
      }
      if (gathered.problem || expected === undefined || !isStreamName(stream)) {
        answer(handlerThrew());
        return;
      }
      const outcome = await store.append(stream, expected, gathered.events);
      if (outcome.kind === 'stream-deleted') answer(streamDeleted(stream));
      else answer(null, responseOf(outcome, expected));
    }

    call.on('data', (message: AppendReq) => {
      const options = message.getOptions();
      const proposed = message.getProposedMessage();
      if (options) {
        stream = streamNameOf(options.getStreamIdentifier());
        expected = expectedOf(options);
      } else if (proposed) {
        gathered.add(proposed);
      }
    });
    call.on('end', () => {
      perform().catch((error: unknown) => answer(grpcError(status.INTERNAL, `The write failed: ${String(error)}`)));
    });
  };
}

function expectedOf(options: AppendReq.Options): ExpectedRevision | undefined {
  const { ExpectedStreamRevisionCase: is } = streams.AppendReq.Options;
  switch (options.getExpectedStreamRevisionCase()) {
    case is.REVISION:
      return exactRevision(options.getRevision());
    case is.NO_STREAM:
      return 'no_stream';
    case is.ANY:
      return 'any';
    case is.STREAM_EXISTS:
      return 'stream_exists';
    default:
      return undefined;
  }
}

function responseOf(
  outcome: Exclude<AppendOutcome, { kind: 'stream-deleted' }>,
  expected: ExpectedRevision,
): AppendResp {
  const response = new streams.AppendResp();
  if (outcome.kind === 'wrong-expected-revision') {
    const wrong = new streams.AppendResp.WrongExpectedVersion();
    if (outcome.last < 0) wrong.setCurrentNoStream(new shared.Empty());
    else wrong.setCurrentRevision(String(outcome.last));
    if (expected === 'any') wrong.setExpectedAny(new shared.Empty());
    else if (expected === 'no_stream') wrong.setExpectedNoStream(new shared.Empty());
    else if (expected === 'stream_exists') wrong.setExpectedStreamExists(new shared.Empty());
    else wrong.setExpectedRevision(String(expected));
    response.setWrongExpectedVersion(wrong);
    return response;
  }
  const success = new streams.AppendResp.Success();
  if (outcome.last < 0) success.setNoStream(new shared.Empty());
  else success.setCurrentRevision(String(outcome.last));
  if (outcome.sequence === undefined) {
    success.setNoPosition(new shared.Empty());
  } else {
    const position = new streams.AppendResp.Position();
    position.setCommitPosition(String(positionOf(outcome.sequence)));
    position.setPreparePosition(String(positionOf(outcome.sequence)));
    success.setPosition(position);
  }
  response.setSuccess(success);
  return response;
}
