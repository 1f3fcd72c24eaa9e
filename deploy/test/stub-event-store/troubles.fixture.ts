import shared from '@eventstore/db-client/generated/shared_pb.js';
import rpc from '@eventstore/db-client/generated/status_pb.js';
import streams, { type BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import { GrpcError, type StatusCode, status } from '../../embedded/event-store/grpc/transport/status.ts';
import type { PassedAppend } from './pass-appends.fixture.ts';
import type { AppendTrouble, CallTrouble } from './stub-event-store.fixture.ts';

/**
 * What an event store can answer in place of what was asked, in the words of the real server (23.10: Streams.BatchAppend
 * and RpcExceptions), which refuses some things within a BatchAppend call and ends the call for others.
 */

/** How a node that is not the leader ends a call that needs one, where it knows it. */
export const notLeaderError = (leaderPort: number) =>
  new GrpcError(status.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': '127.0.0.1',
    'leader-endpoint-port': String(leaderPort),
  });

export const callErrors = {
  'not the leader, which is not known': new GrpcError(status.UNKNOWN, 'No leader info available in response'),
  'not ready': new GrpcError(status.UNAVAILABLE, 'Server Is Not Ready'),
  'too busy': new GrpcError(status.UNAVAILABLE, 'Server Is Too Busy'),
  'deadline exceeded': new GrpcError(status.DEADLINE_EXCEEDED, 'Deadline Exceeded'),
  'timed out': new GrpcError(status.ABORTED, 'Operation timed out: '),
  cancelled: new GrpcError(status.CANCELLED, 'the server gives up'),
  'handler threw': new GrpcError(status.UNKNOWN, 'Exception was thrown by handler.'),
  internal: new GrpcError(status.INTERNAL, 'Received RST_STREAM with code 0'),
  'access denied': new GrpcError(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' }),
} satisfies Record<string, GrpcError>;

/** Ends the call that the append came by, and so all appends that wait on it. */
export const failingCall =
  (error: GrpcError): AppendTrouble =>
  ({ call }) =>
    call.fail(error);

export const failing =
  (error: GrpcError): CallTrouble =>
  ({ call }) =>
    call.fail(error);

/** First the append is written, then comes the trouble. */
export const written =
  (trouble: AppendTrouble): AppendTrouble =>
  (append, connections) =>
    append.written().then(() => trouble(append, connections));

/** The connection breaks before the answer. */
export const broken: AppendTrouble & CallTrouble = (_, connections) => connections.break();

/** The call ends with OK and without an answer. */
export const ended: AppendTrouble = ({ call }) => call.end();

/** No answer, ever. */
export const silence: AppendTrouble & CallTrouble = () => undefined;

/** The server sends its clients away, and answers what it had taken. */
export const goAway: AppendTrouble = async (append, connections) => {
  connections.goAway();
  append.answer(await append.written());
};

/** The answer tells another revision than the one that the append has led to. */
export const otherRevision: AppendTrouble = async (append) => {
  const answer = await append.written();
  const success = answer.getSuccess();
  success?.setCurrentRevision(String(Number(success.getCurrentRevision()) + 1));
  append.answer(answer);
};

/** The answer is a success at this revision, and nothing was written: as for another's events that have the same id. */
export const claiming =
  (revision: number): AppendTrouble =>
  ({ request, answer }) => {
    const position = new shared.AllStreamPosition().setCommitPosition('1').setPreparePosition('1');
    const success = new streams.BatchAppendResp.Success().setCurrentRevision(String(revision)).setPosition(position);
    answer(
      new streams.BatchAppendResp()
        .setSuccess(success)
        .setCorrelationId(request.getCorrelationId())
        .setStreamIdentifier(request.getOptions()?.getStreamIdentifier()),
    );
  };

/** A read that breaks off after so many messages. */
export const failingAfter =
  (messages: number, error: GrpcError): CallTrouble =>
  ({ call, passOn }) =>
    passOn(messages, () => call.fail(error));

interface Refusal {
  readonly code: StatusCode;
  readonly message: string;
  readonly detail: { serializeBinary(): Uint8Array };
  /** The detail's name, as the client tells refusals by it. */
  readonly name: string;
}

const notHandled = (message: string): Refusal => ({
  code: status.OK,
  message,
  detail: new empty.Empty(),
  name: 'google.protobuf.Empty',
});

const ownRefusal = (code: StatusCode, name: string, detail: Refusal['detail']): Refusal => ({
  code,
  message: name,
  detail,
  name: `event_store.client.${name}`,
});

/** Refusals of one append; the call goes on. */
export const refusals = {
  'not the leader, which is not known': notHandled('No leader info available in response'),
  'not ready': notHandled('Server Is Not Ready'),
  'too busy': notHandled('Server Is Busy'),
  timeout: ownRefusal(status.DEADLINE_EXCEEDED, 'Timeout', new shared.Timeout()),
  unknown: ownRefusal(status.UNKNOWN, 'Unknown', new shared.Unknown()),
  'access denied': ownRefusal(status.PERMISSION_DENIED, 'AccessDenied', new shared.AccessDenied()),
} satisfies Record<string, Refusal>;

/** It comes twice on the real server: 2 s later as a timeout. */
export const malformed = ownRefusal(status.INVALID_ARGUMENT, 'BadRequest', new shared.BadRequest());

export const refusing =
  (refusal: Refusal): AppendTrouble =>
  (append) =>
    append.answer(refused(append, refusal));

/** @param current the stream's last revision, as the server tells it */
export const wrongRevision =
  (current: number): AppendTrouble =>
  (append) => {
    const detail = new shared.WrongExpectedVersion();
    detail.setCurrentStreamRevision(String(current));
    detail.setExpectedStreamPosition(append.request.getOptions()?.getStreamPosition() ?? '');
    append.answer(refused(append, ownRefusal(status.ALREADY_EXISTS, 'WrongExpectedVersion', detail)));
  };

function refused({ request }: PassedAppend, { code, message, detail, name }: Refusal): BatchAppendResp {
  const packed = new any.Any();
  packed.pack(detail.serializeBinary(), name);
  const response = new streams.BatchAppendResp()
    .setError(new rpc.Status().setCode(code).setMessage(message).setDetails(packed))
    .setCorrelationId(request.getCorrelationId())
    .setStreamIdentifier(request.getOptions()?.getStreamIdentifier());
  return response;
}
