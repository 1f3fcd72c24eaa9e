import { setTimeout as delay } from 'node:timers/promises';
import { contextOf } from '@ledger/shared/http/request-context';
import { Problem } from '@ledger/shared/problems';
import type { Request, RequestHandler, Response } from 'express';
import type { Dispatcher } from 'undici';
import { adviceFor, idempotentMethods } from './advice.ts';
import { exchange, NoAnswer } from './exchange.ts';
import { requestHeaders } from './forwarded-headers.ts';
import { type RequestBody, takeBody } from './request-body.ts';
import { readingService } from './routes.ts';
import type { Upstream } from './upstream.ts';

/** How long a request waits for a service that is being restarted. */
const holdMs = 10_000;

/** For what is sent whole. The services' own deadlines are much shorter: past this, the service hangs. */
const answerTimeoutMs = 60_000;

/** A request that ends the service each time it arrives has to stop doing so. */
const maxResends = 3;

/** RFC 9110 section 9.2.1. */
const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Past this, one more request only makes all of them late. */
const maxUnderWay = 4_096;

const resendPauseMs = 20;

const defaultTimeouts = { holdMs, answerTimeoutMs };

/**
 * Passes requests on to a service. While it is away a request is held for up to `holdMs` (milliseconds), and sent again
 * only where it never reached the service, or is idempotent by its method.
 * @throws (to Express) Problem `service-unavailable`, `outcome-unknown` where a command may have arrived, `overloaded`.
 */
export function proxyTo(upstream: Upstream, timeouts = defaultTimeouts): RequestHandler {
  let underWay = 0;
  return async function proxy(request, response) {
    if (underWay >= maxUnderWay) throw new Problem('overloaded', `${upstream.name} has ${underWay} requests under way`);
    underWay += 1;
    try {
      const body = await takeBody(request);
      if (body) await passOn(upstream, request, response, body, timeouts);
    } finally {
      underWay -= 1;
    }
  };
}

async function passOn(
  upstream: Upstream,
  request: Request,
  response: Response,
  body: RequestBody,
  timeouts: typeof defaultTimeouts,
): Promise<void> {
  const deadline = performance.now() + timeouts.holdMs;
  const whenClientLeaves = onlyReads(request, upstream) ? 'abort' : 'go-on';
  let mayHaveArrived = false;
  let resends = 0;
  for (;;) {
    try {
      const options = dispatchOptions(request, response, body, timeouts.answerTimeoutMs);
      return await exchange(upstream.dispatcher, options, response, whenClientLeaves);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      if (error.mayHaveArrived) {
        mayHaveArrived = true;
        resends += 1;
      }
      const mayResend = idempotentMethods.has(request.method) ? resends <= maxResends : !mayHaveArrived;
      const again = mayResend && body.canBeSentAgain() && (await untilReachable(upstream, deadline, response));
      if (response.destroyed) return;
      if (!again) throw unanswered(request, upstream, mayHaveArrived, error);
    }
  }
}

/** False where the service is still away at `deadline`, or the client has gone before. */
async function untilReachable(upstream: Upstream, deadline: number, response: Response): Promise<boolean> {
  const gone = new AbortController();
  const clientLeft = () => gone.abort();
  response.once('close', clientLeft);
  try {
    await delay(resendPauseMs);
    const leftMs = deadline - performance.now();
    return leftMs > 0 && !response.destroyed && (await upstream.untilReachable(leftMs, gone.signal));
  } finally {
    response.off('close', clientLeft);
  }
}

function dispatchOptions(
  request: Request,
  response: Response,
  body: RequestBody,
  answerTimeoutMs: number,
): Dispatcher.DispatchOptions {
  const content = body.open();
  return {
    method: request.method,
    path: originForm(request.originalUrl),
    headers: requestHeaders(request, contextOf(response).requestId),
    // Any async iterable will do; undici's types name the stream only.
    body: content as Exclude<Dispatcher.DispatchOptions['body'], undefined>,
    headersTimeout: content === null || Buffer.isBuffer(content) ? answerTimeoutMs : 0,
  };
}

/** A client may also name the whole URL (RFC 9112 section 3.2.2); services are asked by path. */
function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  const { pathname, search } = new URL(target);
  return pathname + search;
}

function onlyReads(request: Request, upstream: Upstream): boolean {
  return safe.has(request.method) || upstream.name === readingService;
}

function unanswered(request: Request, upstream: Upstream, mayHaveArrived: boolean, cause: NoAnswer): Problem {
  if (!mayHaveArrived || onlyReads(request, upstream)) {
    return new Problem('service-unavailable', `${upstream.name} does not answer now`, {}, cause);
  }
  return new Problem(
    'outcome-unknown',
    `${upstream.name} broke off before it answered; ${adviceFor(request)}`,
    {},
    cause,
  );
}
