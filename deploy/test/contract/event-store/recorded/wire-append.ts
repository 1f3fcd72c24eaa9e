import { randomUUID } from 'node:crypto';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams, { type BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import { connected, identifierOf, nameIn, statusOf, type WireStatus, within } from './wire.ts';

/** Appends as they go over the wire, without the official client; see wire.ts. */

export interface WireEvent {
  /** Default: a new one. Null for none. */
  readonly id?: string | null;
  /** Default: a type, and that the data are JSON. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Default `{}`. */
  readonly data?: string | Uint8Array;
}

/** One message of a BatchAppend call; several with the same correlation id are one append. */
export interface WireAppend {
  /** Without it the message has no options. */
  readonly stream?: string;
  /** Default: any. */
  readonly expected?: 'any' | 'no_stream' | 'stream_exists' | bigint;
  readonly events?: readonly WireEvent[];
  /** A UUID; default: a new one. */
  readonly correlation?: string;
  /** Default: yes. */
  readonly final?: boolean;
}

/** One answer of a BatchAppend call, as the record shows it. */
export interface WireAnswer {
  readonly correlation: 'string' | 'structured';
  readonly stream: string;
  readonly success?: { readonly current: string; readonly position?: string };
  readonly error?: { readonly code: number; readonly message: string; readonly details: string; readonly wev?: object };
  /** Which expected position the answer repeats. */
  readonly expectedEcho: string;
}

const TYPED_JSON = { type: 'Happened', 'content-type': 'application/json' };

function messageOf({ id = randomUUID(), metadata = TYPED_JSON, data = '{}' }: WireEvent) {
  const message = new streams.BatchAppendReq.ProposedMessage();
  if (id !== null) message.setId(new shared.UUID().setString(id));
  for (const [name, value] of Object.entries(metadata)) message.getMetadataMap().set(name, value);
  message.setData(Buffer.from(data));
  return message;
}

function batchRequest({ stream, expected = 'any', events = [{}], correlation, final = true }: WireAppend) {
  const request = new streams.BatchAppendReq()
    .setCorrelationId(new shared.UUID().setString(correlation ?? randomUUID()))
    .setIsFinal(final)
    .setProposedMessagesList(events.map(messageOf));
  if (stream === undefined) return request;
  const options = new streams.BatchAppendReq.Options().setStreamIdentifier(identifierOf(stream));
  if (expected === 'any') options.setAny(new empty.Empty());
  else if (expected === 'no_stream') options.setNoStream(new empty.Empty());
  else if (expected === 'stream_exists') options.setStreamExists(new empty.Empty());
  else options.setStreamPosition(String(expected));
  return request.setOptions(options);
}

function answerShown(answer: BatchAppendResp): WireAnswer {
  const success = answer.getSuccess();
  const error = answer.getError();
  const { ExpectedStreamPositionCase } = streams.BatchAppendResp;
  const echoed = answer.getExpectedStreamPositionCase();
  return {
    correlation: answer.getCorrelationId()?.hasStructured() ? 'structured' : 'string',
    stream: nameIn(answer.getStreamIdentifier()),
    ...(success && { success: successShown(success) }),
    ...(error && { error: errorShown(error) }),
    expectedEcho: Object.entries(ExpectedStreamPositionCase).find(([, number]) => number === echoed)?.[0] ?? '?',
  };
}

function successShown(success: BatchAppendResp.Success) {
  const position = success.getPosition();
  return {
    current: success.hasNoStream() ? 'no_stream' : success.getCurrentRevision(),
    ...(position && { position: `C:${position.getCommitPosition()}/P:${position.getPreparePosition()}` }),
  };
}

function errorShown(error: NonNullable<ReturnType<BatchAppendResp['getError']>>) {
  const packed = error.getDetails();
  const wrong = packed?.unpack(
    shared.WrongExpectedVersion.deserializeBinary,
    'event_store.client.WrongExpectedVersion',
  );
  const details = packed?.getTypeUrl() ?? '';
  return {
    code: error.getCode(),
    message: error.getMessage(),
    details,
    ...(wrong && { wev: wrong.toObject() }),
  };
}

/**
 * A BatchAppend call: sends `appends` at once, and gives the answers in the order in which they came once there are
 * `answers` of them, or at the deadline (default 10 seconds). The call is kept open until then.
 */
export function batchAppendOnTheWire(
  url: string,
  appends: readonly WireAppend[],
  { answers = Number.POSITIVE_INFINITY, deadlineMs }: { answers?: number; deadlineMs?: number } = {},
): Promise<{ out: WireAnswer[]; status: WireStatus }> {
  return connected(
    streamsGrpc.StreamsClient,
    url,
    (client) =>
      new Promise((resolve) => {
        const out: WireAnswer[] = [];
        const call = client.batchAppend(within(deadlineMs));
        call.on('data', (answer: BatchAppendResp) => {
          out.push(answerShown(answer));
          if (out.length >= answers) call.cancel();
        });
        // A failure is told by the status too.
        call.on('error', () => undefined);
        call.on('status', (status) => resolve({ out, status: statusOf(status) }));
        for (const append of appends) call.write(batchRequest(append));
      }),
  );
}
