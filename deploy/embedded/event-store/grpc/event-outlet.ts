import type { Call } from './transport/call.ts';
import type { Message } from './transport/outbox.ts';

/** The way of messages to one client, no faster than the client takes them. */
export interface Outlet {
  /** False when enough is on the way. */
  put(message: Message): boolean;
  send(message: Uint8Array): void;
  /** Resolves when there is room, at the next turn of the event loop at the earliest; also when the client has left. */
  ready(): Promise<void>;
  /** Aborted when the client has left or the call has ended. */
  readonly gone: AbortSignal;
}

/** So much may be on the way before `ready` waits: some frames' worth, for a client that keeps up never to wait for us. */
const ON_THE_WAY_BYTES = 128 * 1024;

export function createOutlet(call: Call): Outlet {
  return {
    gone: call.gone,
    put(message) {
      call.put(message);
      return call.unsentBytes < ON_THE_WAY_BYTES && !call.gone.aborted;
    },
    send: call.send,
    async ready() {
      await new Promise(setImmediate);
      await call.drained(ON_THE_WAY_BYTES / 2);
    },
  };
}
