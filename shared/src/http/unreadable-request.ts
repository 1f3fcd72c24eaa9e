import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type RequestListener, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorCode } from '../error-code.ts';
import { Problem, type ProblemName } from '../problems.ts';

const kinds: Readonly<Record<string, ProblemName>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

/**
 * Answers with a problem what Node can't read as HTTP and so hands to no handler; Node itself would send a bare status
 * line. The connection ends with it: where a next request would begin can't be told.
 */
export function answerUnreadableRequests(server: Server): void {
  const underWay = new WeakMap<Duplex, Set<ServerResponse>>();

  server.on('request', (request, response) => {
    const responses = underWay.get(request.socket) ?? new Set();
    underWay.set(request.socket, responses.add(response));
    response.once('close', () => responses.delete(response));
  });

  server.on('clientError', (error, socket) => {
    // In the middle of another answer it would be taken for a part of that.
    const begun = [...(underWay.get(socket) ?? [])].some(({ headersSent }) => headersSent);
    if (!socket.writable || begun) socket.destroy();
    else socket.end(answerTo(error), () => socket.destroy());
  });
}

function answerTo(error: Error): string {
  const code = errorCode(error) ?? '';
  const problem = new Problem(kinds[code] ?? 'malformed-request', error.message);
  const body = JSON.stringify(problem.toBody());
  const headers = Object.entries(headersOf(body)).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`, ...headers, '', body].join('\r\n');
}

/** Keeps from `handler` what Node reads and no router can: Express would answer it with a page of its own. */
export function readableRequests(handler: RequestListener): RequestListener {
  return function refuseUnreadable(request, response) {
    const fault = faultOf(request);
    if (fault === undefined) return handler(request, response);
    const problem = new Problem('malformed-request', fault);
    const body = JSON.stringify(problem.toBody());
    response.writeHead(problem.status, headersOf(body)).end(body);
  };
}

function faultOf({ url = '', headers, httpVersion }: IncomingMessage): string | undefined {
  // RFC 9112 section 3.2: of HTTP/1.1 on.
  if (headers.host === undefined && httpVersion !== '1.0') return 'the Host header is missing';
  // In absolute form (section 3.2.2); `*` is that of OPTIONS.
  if (!url.startsWith('/') && url !== '*' && !URL.canParse(url)) return 'the request target is not a URL';
  return undefined;
}

function headersOf(body: string): Readonly<Record<string, string | number>> {
  return {
    'X-Request-Id': randomUUID(),
    'Cache-Control': 'no-store',
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  };
}
