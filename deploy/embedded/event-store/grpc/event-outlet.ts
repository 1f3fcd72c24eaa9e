import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';

export type ReadCall = ServerWritableStream<ReadReq, Buffer>;

/** The way of messages to one client, no faster than the client takes them. */
export interface Outlet {
  /** False when enough is on the way. */
  send(message: Buffer): boolean;
  /** Resolves when there is room, at the next turn of the event loop at the earliest; also when the client has left. */
  ready(): Promise<void>;
  /** Aborted when the client has left or the call has ended. */
  readonly gone: AbortSignal;
}

/** So much may be on the way before `ready` waits: some frames' worth, for a client that keeps up never to wait for us. */
const ON_THE_WAY_BYTES = 128 * 1024;

export function createOutlet(call: ReadCall): Outlet {
  const gone = new AbortController();
  const leave = () => gone.abort();
  call.on('cancelled', leave);
  call.on('close', leave);
  call.on('error', leave);
  let unsentBytes = 0;
  let wake: (() => void) | undefined;

  function sent(bytes: number): void {
    unsentBytes -= bytes;
    if (unsentBytes <= ON_THE_WAY_BYTES / 2) wake?.();
  }

  gone.signal.addEventListener('abort', () => wake?.());
  return {
    gone: gone.signal,
    send(message) {
      if (gone.signal.aborted) return false;
      unsentBytes += message.length;
      call.write(message, () => sent(message.length));
      return unsentBytes < ON_THE_WAY_BYTES;
    },
    async ready() {
      await new Promise(setImmediate);
      while (unsentBytes > ON_THE_WAY_BYTES / 2 && !gone.signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
    },
  };
}
