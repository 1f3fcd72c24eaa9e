import { once } from 'node:events';
import { isJson } from '@ledger/shared/http/json-body';
import { contextOf } from '@ledger/shared/http/request-context';
import { route } from '@ledger/shared/http/routes';
import type { Logger } from '@ledger/shared/log';
import { Problem } from '@ledger/shared/problems';
import type { IRouter, Request, Response } from 'express';
import type { AccountQueues } from '../../handling/account-queue.ts';
import { causationOf } from '../causation.ts';
import { readArray } from './array.ts';
import { createBulkRun } from './bulk-run.ts';
import { inOrder } from './in-order.ts';
import { readLines } from './lines.ts';

/** Commands of one request that are under way at a time. */
const windowSize = 1_000;

const ndjson = /^application\/(?:x-ndjson|ndjson|jsonl|x-jsonlines)\s*(?:;|$)/i;

/**
 * `POST /v1/transactions`: many commands, each with an outcome of its own, in the order sent. NDJSON is answered as it is
 * read, in constant memory; a JSON array is read whole first, and answered with an array.
 */
export function bulkRoutes(router: IRouter, queues: AccountQueues, log: Logger): void {
  route(router, '/v1/transactions', {
    post: async function postTransactions(request: Request, response: Response) {
      const contentType = request.get('Content-Type');
      const run = createBulkRun(queues, causationOf(contextOf(response)), log);
      if (contentType !== undefined && ndjson.test(contentType)) {
        response.status(200).setHeader('Content-Type', 'application/x-ndjson');
        response.setHeader('Cache-Control', 'no-store');
        await write(response, '', '\n', inOrder(run.admit(readLines(request)), windowSize, run.settle), '');
      } else if (isJson(contentType)) {
        const commands = await readArray(request);
        response.status(200).setHeader('Content-Type', 'application/json; charset=utf-8');
        response.setHeader('Cache-Control', 'no-store');
        await write(response, '[', ',', inOrder(run.admit(commands), windowSize, run.settle), ']');
      } else {
        const detail = 'send application/x-ndjson, one command a line, or application/json, an array of commands';
        throw new Problem('unsupported-media-type', detail);
      }
    },
  });
}

/** Writes the outcomes as they come, with back-pressure; stops reading where the client has gone. */
async function write(
  response: Response,
  before: string,
  between: string,
  outcomes: AsyncIterable<object>,
  after: string,
): Promise<void> {
  const lines = between === '\n';
  let first = true;
  response.write(before);
  for await (const outcome of outcomes) {
    if (response.destroyed) return;
    const separator = lines || first ? '' : between;
    first = false;
    if (response.write(`${separator}${JSON.stringify(outcome)}${lines ? between : ''}`)) continue;
    await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end(after);
}
