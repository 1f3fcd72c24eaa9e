import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';

/** Where a request came from; it reaches the metadata of the events that the request causes. */
export interface RequestContext {
  readonly requestId: string;
  readonly correlationId: string;
  /** W3C Trace Context, section 3.2; null where the request has none that is well-formed. */
  readonly traceparent: string | null;
}

const safeId = /^[\x21-\x7e]{1,128}$/;
const traceparentFormat = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Gives each request an id (the caller's `X-Request-Id` where it sent one) and answers with it. */
export const requestContext: RequestHandler = function requestContext(request, response, next) {
  const given = (name: string) => {
    const value = request.get(name);
    return value !== undefined && safeId.test(value) ? value : undefined;
  };
  const requestId = given('X-Request-Id') ?? randomUUID();
  const traceparent = request.get('traceparent');
  response.locals['context'] = {
    requestId,
    correlationId: given('X-Correlation-Id') ?? requestId,
    traceparent: traceparent !== undefined && traceparentFormat.test(traceparent) ? traceparent : null,
  } satisfies RequestContext;
  response.setHeader('X-Request-Id', requestId);
  next();
};

export function contextOf(response: Response): RequestContext {
  return response.locals['context'] as RequestContext;
}
