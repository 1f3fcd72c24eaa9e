import { PREFIX_BYTES, writePrefix } from './framing.ts';

/** A message that is to be written: its length, and what writes it into `target`, from `at` on. */
export interface Message {
  readonly bytes: number;
  write(target: Buffer, at: number): void;
}

export interface Outbox {
  /** Takes a message, and has it written at once. */
  put(message: Message): void;
  /** Lets go of what was taken; without it that happens when the running turn of the event loop is done with its work. */
  flush(): void;
  /** Bytes that were taken and that the connection has not let go: unsent for lack of the client's flow control window. */
  readonly unsentBytes: number;
}

/** Most calls have one small answer. */
const FIRST_PAGE_BYTES = 2 * 1024;
/** HTTP/2's frames hold 16 KiB: some of them in one write. */
const PAGE_BYTES = 32 * 1024;

/**
 * Gathers the messages of a turn of the event loop, so that they go out in few writes: each write has its cost in the node,
 * and each frame has its own in the client. Messages stand one behind the other in pages; what is let go is a piece of a page.
 * @param send takes bytes to the connection, and calls `sent` when they are on their way or never will be
 */
export function createOutbox(send: (bytes: Buffer, sent: () => void) => void): Outbox {
  let page = Buffer.alloc(0);
  /** What was taken and not let go: [start, end) of the page. */
  let start = 0;
  let end = 0;
  let unsentBytes = 0;
  let scheduled = false;

  function release(bytes: Buffer): void {
    send(bytes, () => {
      unsentBytes -= bytes.length;
    });
  }

  function flush(): void {
    if (start === end) return;
    const bytes = page.subarray(start, end);
    start = end;
    release(bytes);
  }

  function flushAfterTurn(): void {
    scheduled = false;
    flush();
  }

  return {
    get unsentBytes() {
      return unsentBytes;
    },
    flush,
    put(message) {
      const { bytes } = message;
      const framed = PREFIX_BYTES + bytes;
      unsentBytes += framed;
      if (framed > page.length - end) {
        flush();
        if (framed > PAGE_BYTES) {
          const own = Buffer.allocUnsafeSlow(framed);
          writePrefix(own, 0, bytes);
          message.write(own, PREFIX_BYTES);
          release(own);
          return;
        }
        page = Buffer.allocUnsafe(page.length === 0 && framed <= FIRST_PAGE_BYTES ? FIRST_PAGE_BYTES : PAGE_BYTES);
        start = 0;
        end = 0;
      }
      writePrefix(page, end, bytes);
      message.write(page, end + PREFIX_BYTES);
      end += framed;
      if (scheduled) return;
      scheduled = true;
      // After the promises that this turn resolves, and before the next turn: nothing waits for more to come.
      process.nextTick(flushAfterTurn);
    },
  };
}
