import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { createDeframer } from './framing.ts';
import { createOutbox, type Message } from './outbox.ts';
import { GrpcError, status, trailersOf } from './status.ts';
import { timeoutMsOf } from './timeout.ts';
import { CONTENT_TYPE, endWithTrailersOnly, leave } from './trailers-only.ts';

/** One call of a method, as the method sees it. */
export interface Call {
  /** Sends a message. What is sent in one turn of the event loop goes out together. Nothing happens once the call has ended. */
  send(message: Uint8Array): void;
  /** The same for a message that is written in its place. */
  put(message: Message): void;
  /** Bytes of messages that the client's flow control holds back. */
  readonly unsentBytes: number;
  /** Resolves when at most so many bytes are held back, or when the call has ended. */
  drained(atMostBytes: number): Promise<void>;
  /** Ends the call with status OK. */
  end(): void;
  /** Ends the call with the error's status; anything but a GrpcError as the real server tells of a handler that threw. */
  fail(error: unknown): void;
  /** Ends the call at once and without a status, as a server does that stops. */
  cut(): void;
  /** Leaves the client's further messages with the client; those of the chunk that is being read still come. */
  pause(): void;
  resume(): void;
  /** Aborted when the call has ended, whoever ended it. */
  readonly gone: AbortSignal;
}

/** What a method does with a call's requests. What these functions throw ends the call as `Call.fail` does. */
export interface Receiver {
  /** A message of the client. Its bytes stay as they are, but are a part of what was read from the network at once. */
  message(bytes: Buffer): void;
  /** The client sends no more. */
  end(): void;
  /** The server stops: the call should end soon. Without it the call ends as it would anyway. */
  stopping?(): void;
}

export type Method = (call: Call) => Receiver;

export interface OpenCall {
  stopping(): void;
  /** Resolves when nothing is left of the call. */
  readonly closed: Promise<void>;
}

/** Nobody asks why a call is gone; without a reason, an error with a stack trace would be made for each. */
const OVER = 'the call is over';

/** Starts `method` on a request whose headers have come. */
export function startCall(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  method: Method,
  maxMessageBytes: number,
): OpenCall {
  const gone = new AbortController();
  /** Those who wait in `drained`. */
  let waiting: { readonly atMostBytes: number; readonly resolve: () => void }[] = [];
  let ended = false;
  const timeoutMs = timeoutMsOf(headers['grpc-timeout']);
  const deadline =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => fail(new GrpcError(status.DEADLINE_EXCEEDED, 'Deadline Exceeded')), timeoutMs);

  const outbox = createOutbox((bytes, sent) => {
    if (stream.destroyed || stream.writableEnded) {
      sent();
      return;
    }
    if (!stream.headersSent) {
      stream.respond({ ':status': 200, 'content-type': CONTENT_TYPE }, { waitForTrailers: true });
    }
    stream.write(bytes, () => {
      sent();
      wake();
    });
  });

  function wake(): void {
    if (waiting.length === 0) return;
    const woken = waiting.filter(({ atMostBytes }) => ended || outbox.unsentBytes <= atMostBytes);
    waiting = waiting.filter((each) => !woken.includes(each));
    for (const { resolve } of woken) resolve();
  }

  /** Whoever ends the call first decides how. */
  function endOnce(how: () => void): void {
    if (ended) return;
    ended = true;
    clearTimeout(deadline);
    if (!stream.destroyed) how();
    // A stream that is paused would never close. What still comes is dropped.
    stream.resume();
    gone.abort(OVER);
    wake();
  }

  function finish(error?: GrpcError): void {
    endOnce(() => {
      outbox.flush();
      const trailers = trailersOf(error);
      if (stream.headersSent) {
        stream.once('wantTrailers', () => {
          stream.sendTrailers(trailers);
          leave(stream);
        });
        stream.end();
      } else {
        endWithTrailersOnly(stream, trailers);
      }
    });
  }

  function fail(error: unknown): void {
    finish(error instanceof GrpcError ? error : new GrpcError(status.UNKNOWN, 'Exception was thrown by handler.'));
  }

  const call: Call = {
    gone: gone.signal,
    get unsentBytes() {
      return outbox.unsentBytes;
    },
    put(message) {
      if (!ended) outbox.put(message);
    },
    send(message) {
      call.put({ bytes: message.length, write: (target, at) => target.set(message, at) });
    },
    drained(atMostBytes) {
      if (outbox.unsentBytes <= atMostBytes || ended) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.push({ atMostBytes, resolve });
      });
    },
    end: () => finish(),
    fail,
    cut: () => endOnce(() => stream.close(constants.NGHTTP2_NO_ERROR)),
    pause() {
      if (!ended) stream.pause();
    },
    resume: () => void stream.resume(),
  };

  const receiver = method(call);
  const deframer = createDeframer(maxMessageBytes, (message) => {
    if (!ended) receiver.message(message);
  });

  /** Runs a part of the method; what it throws ends the call. */
  function guarded(part: () => void): void {
    if (ended) return;
    try {
      part();
    } catch (error) {
      fail(error);
    }
  }

  stream.on('data', (chunk: Buffer) => guarded(() => deframer.push(chunk)));
  stream.on('end', () =>
    guarded(() => {
      if (!deframer.atBoundary()) throw new GrpcError(status.INTERNAL, 'Incomplete message.');
      receiver.end();
    }),
  );
  // A client that leaves in the middle is no error of this node; 'close' follows.
  stream.on('error', () => endOnce(() => undefined));
  stream.on('aborted', () => endOnce(() => undefined));
  const closed = new Promise<void>((resolve) => {
    stream.on('close', () => {
      endOnce(() => undefined);
      resolve();
    });
  });
  return { stopping: () => guarded(() => receiver.stopping?.()), closed };
}
