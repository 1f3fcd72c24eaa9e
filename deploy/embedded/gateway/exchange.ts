import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { type Dispatcher, errors } from 'undici';
import { responseHeaders } from './forwarded-headers.ts';

/** A service gave no answer. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  /** False where not a byte of the request was written to a connection. */
  readonly mayHaveArrived: boolean;

  constructor(mayHaveArrived: boolean, cause: Error) {
    super(cause.message, { cause });
    this.mayHaveArrived = mayHaveArrived;
  }
}

/** What becomes of a request when its client goes away before it is answered. */
export type WhenClientLeaves = 'abort' | 'go-on';

/**
 * Sends one request to a service and its answer, as it comes, to the client; neither side gets ahead of the other. An
 * answer that breaks off is broken off for the client too, never ended as if it were whole.
 * @throws NoAnswer where nothing has been answered yet, so that the caller may try again or answer itself;
 *   undici's InvalidArgumentError for a request that can't be sent at all.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  response: ServerResponse,
  whenClientLeaves: WhenClientLeaves,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let sending: Dispatcher.DispatchController | undefined;
    const clientLeft = () => {
      if (whenClientLeaves === 'abort') sending?.abort(new Error('the client has gone away'));
      else sending?.resume();
    };
    const settle = (error?: Error) => {
      response.off('close', clientLeft);
      if (error) reject(error);
      else resolve();
    };
    response.once('close', clientLeft);

    dispatcher.dispatch(request, {
      onRequestStart(controller) {
        sending = controller;
        if (response.destroyed) clientLeft();
      },
      onResponseStart(_controller, status, headers: IncomingHttpHeaders) {
        // An interim answer (RFC 9110 section 15.2) is not passed on.
        if (status < 200 || response.destroyed) return;
        response.writeHead(status, responseHeaders(headers));
        // A stream's first line may come much later than its headers.
        if (headers['content-length'] === undefined) response.flushHeaders();
      },
      onResponseData(controller, chunk) {
        if (response.destroyed || response.write(chunk)) return;
        controller.pause();
        response.once('drain', () => controller.resume());
      },
      onResponseEnd() {
        response.end();
        settle();
      },
      onResponseError(_controller, error) {
        if (error instanceof errors.InvalidArgumentError) return settle(error);
        if (!response.headersSent && !response.destroyed) return settle(new NoAnswer(sending !== undefined, error));
        response.destroy();
        settle();
      },
    });
  });
}
