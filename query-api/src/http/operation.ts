import type { OpenAPIRegistry, ZodContentObject } from '@asteasolutions/zod-to-openapi';
import { problemResponses } from '@ledger/shared/http/openapi';
import { route } from '@ledger/shared/http/routes';
import { validate } from '@ledger/shared/http/validate';
import { Problem, type ProblemName } from '@ledger/shared/problems';
import type { IRouter, Request, Response } from 'express';
import { z } from 'zod';
import { type Answered, isKeptByClient } from './answered.ts';
import { csvType, sendCsv } from './csv-response.ts';

/** Where operations are added: what serves them, and what documents them. */
export interface Api {
  readonly router: IRouter;
  readonly registry: OpenAPIRegistry;
}

interface Described<Params extends z.ZodObject, Query extends z.ZodObject> {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  /** As OpenAPI writes it: `/v1/accounts/{accountId}`. */
  readonly path: string;
  readonly params: Params;
  /** What the query string has and this has not is a 400. */
  readonly query: Query;
  readonly problems: readonly ProblemName[];
  /** Its answers are of the very moment that they are given in, and have no entity tag. */
  readonly momentary?: true;
  /** Default: Queries. */
  readonly tags?: string[];
  readonly deprecated?: boolean;
}

type Read<Params extends z.ZodObject, Query extends z.ZodObject, Body> = (
  params: z.output<Params>,
  query: z.output<Query>,
) => Promise<Answered<Body>>;

export interface Operation<Params extends z.ZodObject, Query extends z.ZodObject, Answer extends z.ZodType>
  extends Described<Params, Query> {
  readonly answer: Answer;
  readonly read: Read<Params, Query, z.input<Answer>>;
  /** The same as CSV, for clients that prefer it. */
  readonly csv?: Csv<Params, z.ZodObject>;
  /** Of the same as a POST, whose body is not looked at. Without it, POST is not taken. */
  readonly postOperationId?: string;
}

export interface Csv<Params extends z.ZodObject, Query extends z.ZodObject> {
  readonly query: Query;
  /** The body is sent while it is read; an error in it cuts the answer off. */
  readonly read: Read<Params, Query, AsyncIterable<string>>;
}

/** Serves a GET, and a POST that does the same where there is one, and documents them from the same schemas. */
export function getOperation<Params extends z.ZodObject, Query extends z.ZodObject, Answer extends z.ZodType>(
  { router, registry }: Api,
  operation: Operation<Params, Query, Answer>,
): void {
  const { path, params, query, answer, read, csv, postOperationId } = operation;
  const json = { 'application/json': { schema: answer } };
  const content = csv ? { ...json, ...csvContent } : json;
  document(registry, 'get', operation, content);
  if (postOperationId !== undefined)
    document(registry, 'post', { ...operation, operationId: postOperationId }, content);
  async function answerRead(request: Request, response: Response): Promise<void> {
    if (csv && prefersCsv(request, response)) return answerCsv(request, response, params, csv);
    const { body, of } = await read(validate(params, request.params), validate(query, request.query));
    if (isKeptByClient(request, response, of, 'json')) return;
    // Entity tags are dealt with, so nothing is left for Express's `send`, which costs a tenth of such an answer.
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.end(JSON.stringify(body));
  }
  const methods = postOperationId === undefined ? { get: answerRead } : { get: answerRead, post: answerRead };
  route(router, expressPath(path), methods);
}

/** The same for an address that has CSV only. */
export function getCsvOperation<Params extends z.ZodObject, Query extends z.ZodObject>(
  { router, registry }: Api,
  operation: Described<Params, Query> & Csv<Params, Query>,
): void {
  const { path, params } = operation;
  document(registry, 'get', operation, csvContent);
  route(router, expressPath(path), {
    get: (request, response) => answerCsv(request, response, params, operation),
  });
}

async function answerCsv<Params extends z.ZodObject, Query extends z.ZodObject>(
  request: Request,
  response: Response,
  params: Params,
  { query, read }: Csv<Params, Query>,
): Promise<void> {
  const { body, of } = await read(validate(params, request.params), validate(query, request.query));
  if (!isKeptByClient(request, response, of, 'csv')) await sendCsv(request, response, body);
}

/** By `Accept`, with its q-values (RFC 9110 section 12.5.1). @throws Problem not-acceptable */
function prefersCsv(request: Request, response: Response): boolean {
  response.vary('Accept');
  const preferred = request.accepts(['application/json', 'text/csv']);
  if (preferred === false) {
    throw new Problem('not-acceptable', 'this address answers with application/json or text/csv');
  }
  return preferred === 'text/csv';
}

const csvContent = { [csvType]: { schema: z.string() } };

function document<Params extends z.ZodObject, Query extends z.ZodObject>(
  registry: OpenAPIRegistry,
  method: 'get' | 'post',
  operation: Described<Params, Query>,
  content: ZodContentObject,
): void {
  const { operationId, summary, description, path, params, query, problems, momentary } = operation;
  const { tags = ['Queries'], deprecated } = operation;
  const notModified = { description: '`If-None-Match` names the `ETag` of the answer', headers: keepingHeaders };
  registry.registerPath({
    tags,
    ...(deprecated === undefined ? {} : { deprecated }),
    method,
    path,
    operationId,
    summary,
    ...(description === undefined ? {} : { description }),
    request: { params, query },
    responses: {
      200: { description: 'OK', content, ...(momentary ? {} : { headers: keepingHeaders }) },
      ...(momentary ? {} : { 304: notModified }),
      ...problemResponses('invalid-request', ...problems, ...anywhere),
    },
  });
}

/** Whatever is asked. */
const anywhere = ['read-model-unavailable', 'service-unavailable', 'internal-error'] as const;

const text = { type: 'string' as const };

const keepingHeaders = {
  ETag: {
    description: 'Of what the answer is of: version, generation and revision or position of the read model, and form',
    schema: text,
  },
  'Cache-Control': { description: '`immutable` where no later event can change the answer', schema: text },
};

function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}
