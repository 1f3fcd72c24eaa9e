import type { ClientDuplexStream, StatusObject } from '@grpc/grpc-js';
import type { Call, Receiver } from '../../embedded/event-store/grpc/transport/call.ts';
import { GrpcError, type StatusCode } from '../../embedded/event-store/grpc/transport/status.ts';

export type Upstream = ClientDuplexStream<Buffer, Buffer>;

/** A call of one request that has come, and has not been passed on. */
export interface PassedCall {
  readonly call: Call;
  readonly request: Buffer;
  /** Passes it on to the node, and the node's answers to the client; `after` so many messages, `then` happens instead. */
  passOn(after?: number, then?: () => unknown): void;
}

/** Passes a call of one request on, unless `meet` takes it. */
export function passCall(call: Call, open: () => Upstream, meet: (passed: PassedCall) => boolean): Receiver {
  let request: Buffer | undefined;
  return {
    message(bytes) {
      request = bytes;
    },
    end() {
      if (!request) return call.end();
      const sent = request;
      const passOn: PassedCall['passOn'] = (after = Number.POSITIVE_INFINITY, then) => {
        const upstream = open();
        let messages = 0;
        upstream.on('data', (message: Buffer) => {
          if (messages < after) call.send(message);
          messages += 1;
          if (messages === after) setImmediate(() => then?.());
        });
        endTogether(call, upstream);
        upstream.end(sent);
      };
      if (!meet({ call, request: sent, passOn })) passOn();
    },
  };
}

/** The node's end of a call is the client's, and the other way round. */
export function endTogether(call: Call, upstream: Upstream): void {
  // The status tells a failure too.
  upstream.on('error', () => undefined);
  upstream.on('status', ({ code, details, metadata }: StatusObject) => {
    if (code === 0) return call.end();
    const trailers = Object.entries(metadata.getMap()).map(([name, value]) => [name, value.toString()]);
    call.fail(new GrpcError(code as StatusCode, details, Object.fromEntries(trailers)));
  });
  call.gone.addEventListener('abort', () => upstream.cancel());
}
