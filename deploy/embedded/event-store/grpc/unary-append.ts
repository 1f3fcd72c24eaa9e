import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams, { type AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ExpectedRevision } from '../decide-append.ts';
import type { AppendOutcome, EventStore } from '../event-store.ts';
import { Gathering, isStreamName, MAX_APPEND_BYTES } from './append-request.ts';
import { handlerThrew, streamDeleted, writeFailed } from './errors.ts';
import { positionOf } from './position.ts';
import type { Method } from './transport/call.ts';
import { GrpcError, status } from './transport/status.ts';
import { type AppendOptions, readAppend } from './wire/append.ts';

/** The Append call: options first, then one message an event, then one answer. */
export function createUnaryAppend(store: EventStore): Method {
  return function append(call) {
    const gathered = new Gathering();
    let options: AppendOptions | undefined;
    return {
      message(bytes) {
        const message = readAppend(bytes);
        options = message.options ?? options;
        for (const event of message.events) gathered.add(event);
      },
      end() {
        perform(store, options, gathered).then((response) => {
          call.send(response.serializeBinary());
          call.end();
        }, call.fail);
      },
    };
  };
}

/** @throws GrpcError */
async function perform(
  store: EventStore,
  options: AppendOptions | undefined,
  gathered: Gathering,
): Promise<AppendResp> {
  if (gathered.problem === 'too-large') {
    throw new GrpcError(status.INVALID_ARGUMENT, `Maximum Append Size of ${MAX_APPEND_BYTES} Exceeded.`, {
      exception: 'maximum-append-size-exceeded',
      'maximum-append-size': String(MAX_APPEND_BYTES),
    });
  }
  if (gathered.problem || options?.expected === undefined || !isStreamName(options.stream)) throw handlerThrew();
  const { stream, expected } = options;
  const outcome = await store.append(stream, expected, gathered.events).catch((error: unknown) => {
    throw writeFailed(error);
  });
  if (outcome.kind === 'stream-deleted') throw streamDeleted(stream);
  return responseOf(outcome, expected);
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
