import streams, { type BatchAppendReq, type BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Call, Receiver } from '../../embedded/event-store/grpc/transport/call.ts';
import { endTogether, type Upstream } from './pass-call.fixture.ts';

/** An append that has come by a BatchAppend call, and has not been passed on. */
export interface PassedAppend {
  /** The call that it came by, as others do. */
  readonly call: Call;
  readonly request: BatchAppendReq;
  /** Passes it on to the node. Resolves with the node's answer, which the client does not get. */
  written(): Promise<BatchAppendResp>;
  answer(response: BatchAppendResp): void;
}

/** Passes a BatchAppend call on, append by append, but for those that `meet` takes. */
export function passAppends(call: Call, upstream: Upstream, meet: (append: PassedAppend) => boolean): Receiver {
  const kept = new Map<string, (answer: BatchAppendResp) => void>();
  upstream.on('data', (bytes: Buffer) => {
    if (kept.size === 0) return call.send(bytes);
    const answer = streams.BatchAppendResp.deserializeBinary(bytes);
    const id = answer.getCorrelationId()?.getString() ?? '';
    const keep = kept.get(id);
    if (!keep) return call.send(bytes);
    kept.delete(id);
    keep(answer);
  });
  endTogether(call, upstream);
  return {
    message(bytes) {
      const request = streams.BatchAppendReq.deserializeBinary(bytes);
      const append: PassedAppend = {
        call,
        request,
        written: () =>
          new Promise((resolve) => {
            kept.set(request.getCorrelationId()?.getString() ?? '', resolve);
            upstream.write(bytes);
          }),
        answer: (response) => call.send(response.serializeBinary()),
      };
      if (!meet(append)) upstream.write(bytes);
    },
    end: () => void upstream.end(),
  };
}
