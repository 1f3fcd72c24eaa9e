import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { Logger } from '../log.ts';
import { problemBodyFor } from '../older-apis/problem-message.ts';
import { Problem } from '../problems.ts';
import { contextOf } from './request-context.ts';

/** Answers with a problem, RFC 9457 section 3. */
export function sendProblem(response: Response, problem: Problem): void {
  if (problem.retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(problem.retryAfterSeconds));
  response.status(problem.status).setHeader('Cache-Control', 'no-store');
  response.type('application/problem+json').send(JSON.stringify(problemBodyFor(response.req.path, problem.toBody())));
}

/** The last handler of an app: no route matched. */
export const notFound: RequestHandler = function notFound(request) {
  throw new Problem('not-found', `${request.method} ${request.path} is not part of this API; see /openapi.json`);
};

/**
 * Turns what a handler threw into a problem. `translate` knows the errors of the app's own dependencies; what nobody
 * knows is a 500, logged in full.
 */
export function problemHandler(
  log: Logger,
  translate: (error: unknown) => Problem | undefined = () => undefined,
): ErrorRequestHandler {
  return function handleProblem(error, request, response, _next) {
    const problem = error instanceof Problem ? error : (fromBodyParser(error) ?? translate(error) ?? internal(error));
    if (problem.status >= 500) {
      const { requestId } = contextOf(response);
      const fields = { error, requestId, method: request.method, path: request.path };
      if (problem.kind === 'internal-error') log.error(fields, 'a request failed');
      else log.warn({ ...fields, error: String(error) }, problem.kind);
    }
    // An answer that has begun can't become a problem: it is cut off, so that nobody takes it for whole.
    if (response.headersSent) response.destroy();
    else sendProblem(response, problem);
  };
}

function internal(error: unknown): Problem {
  return new Problem('internal-error', 'the log has the details under this request id', {}, error);
}

/** Errors of Express, of its router and of its body parsers carry a status and, mostly, a type. */
function fromBodyParser(error: unknown): Problem | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && error.code === 'ECONNRESET' && error.message === 'aborted') return cutOff(error);
  if (!('status' in error)) return undefined;
  const type = 'type' in error ? error.type : undefined;
  if (error.status === 413) {
    const limit = 'limit' in error ? `the limit is ${error.limit} bytes` : 'it is over the limit';
    return new Problem('body-too-large', limit, {}, error);
  }
  if (error.status === 415) {
    return new Problem('unsupported-media-type', `${error.message}; send application/json in UTF-8`, {}, error);
  }
  if (type === 'request.aborted' || type === 'request.size.invalid') return cutOff(error);
  // Of the path only its escapes can be wrong; any other 400 is about the body, such as a gzip that is none.
  if (error instanceof URIError || error.status === 400) {
    const field = error instanceof URIError ? 'path' : 'body';
    const errors = [{ field, message: error.message }];
    return new Problem('invalid-request', `${field}: ${error.message}`, { errors }, error);
  }
  return undefined;
}

function cutOff(error: Error): Problem {
  return new Problem('invalid-json', 'the body was cut off before its end', {}, error);
}
