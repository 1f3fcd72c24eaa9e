import { pipeline } from 'node:stream/promises';
import { errorCode } from '@ledger/shared/error-code';
import { assertUtf8, isJson } from '@ledger/shared/http/json-body';
import { contextOf } from '@ledger/shared/http/request-context';
import { route } from '@ledger/shared/http/routes';
import type { Logger } from '@ledger/shared/log';
import { Problem } from '@ledger/shared/problems';
import type { IRouter, Request, Response } from 'express';
import type { AccountQueues } from '../../handling/account-queue.ts';
import { causationOf } from '../causation.ts';
import { createArrayReader } from './array.ts';
import { createBulkRun } from './bulk-run.ts';
import { inOrder } from './in-order.ts';
import { readLines } from './lines.ts';

/** Commands of one request that are under way at a time: enough to share appends, few enough to be decided well in time. */
const windowSize = 250;

const ndjson = /^application\/(?:x-ndjson|ndjson|jsonl|x-jsonlines)\s*(?:;|$)/i;

/**
 * `POST /v1/transactions`: many commands, each with an outcome of its own, in the order sent. NDJSON is answered as it is
 * read, in constant memory; a JSON array is read whole first, and answered with an array.
 */
export function bulkRoutes(router: IRouter, queues: AccountQueues, log: Logger): void {
  const readArray = createArrayReader();
  route(router, '/v1/transactions', {
    post: async function postTransactions(request: Request, response: Response) {
      const contentType = request.get('Content-Type');
      const isLines = contentType !== undefined && ndjson.test(contentType);
      if (!isLines && !isJson(contentType)) {
        const detail = 'send application/x-ndjson, one command a line, or application/json, an array of commands';
        throw new Problem('unsupported-media-type', detail);
      }
      assertUtf8(contentType);
      if ((request.get('Content-Encoding') ?? 'identity') !== 'identity') {
        throw new Problem('unsupported-media-type', 'send the commands without a Content-Encoding');
      }
      const run = createBulkRun(queues, causationOf(contextOf(response)), log);
      const array = isLines ? undefined : await readArray(request);
      const outcomes = inOrder(run.admit(array?.items ?? readLines(request)), windowSize, run.settle);
      response.status(200).setHeader('Cache-Control', 'no-store');
      response.setHeader('Content-Type', isLines ? 'application/x-ndjson' : 'application/json; charset=utf-8');
      response.flushHeaders();
      try {
        await pipeline(isLines ? asLines(outcomes) : asArray(outcomes), response);
      } catch (error) {
        // What was submitted is decided all the same; its client can ask again.
        if (!clientIsGone(error)) throw error;
        log.info({ requestId: contextOf(response).requestId }, 'the client of a bulk request has gone');
      } finally {
        array?.letGo();
      }
    },
  });
}

async function* asLines(outcomes: AsyncIterable<readonly object[]>): AsyncGenerator<string> {
  for await (const several of outcomes) yield several.map((outcome) => `${JSON.stringify(outcome)}\n`).join('');
}

async function* asArray(outcomes: AsyncIterable<readonly object[]>): AsyncGenerator<string> {
  let separator = '[';
  for await (const several of outcomes) {
    yield `${separator}${several.map((outcome) => JSON.stringify(outcome)).join(',')}`;
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}

/** Node's errors for a request that was cut off, and for an answer that nobody reads any more. */
function clientIsGone(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'EPIPE';
}
