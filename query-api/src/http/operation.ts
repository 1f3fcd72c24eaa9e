import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { problemResponses } from '@ledger/shared/http/openapi';
import { route } from '@ledger/shared/http/routes';
import { validate } from '@ledger/shared/http/validate';
import type { ProblemName } from '@ledger/shared/problems';
import type { IRouter, Request, Response } from 'express';
import type { z } from 'zod';

/** Where operations are added: what serves them, and what documents them. */
export interface Api {
  readonly router: IRouter;
  readonly registry: OpenAPIRegistry;
}

export interface Operation<Params extends z.ZodObject, Query extends z.ZodObject, Answer extends z.ZodType> {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  /** As OpenAPI writes it: `/v1/accounts/{accountId}`. */
  readonly path: string;
  readonly params: Params;
  readonly query: Query;
  readonly answer: Answer;
  readonly problems: readonly ProblemName[];
  readonly read: (params: z.output<Params>, query: z.output<Query>) => Promise<z.input<Answer>>;
}

/** Serves a GET, and documents it from the same schemas. What the query string has and the schema has not is a 400. */
export function getOperation<Params extends z.ZodObject, Query extends z.ZodObject, Answer extends z.ZodType>(
  { router, registry }: Api,
  operation: Operation<Params, Query, Answer>,
): void {
  const { operationId, summary, description, path, params, query, answer, problems, read } = operation;
  registry.registerPath({
    tags: ['Queries'],
    method: 'get',
    path,
    operationId,
    summary,
    ...(description === undefined ? {} : { description }),
    request: { params, query },
    responses: {
      200: { description: 'OK', content: { 'application/json': { schema: answer } } },
      ...problemResponses('invalid-request', ...problems, 'read-model-unavailable', 'service-unavailable'),
    },
  });
  async function answerGet(request: Request, response: Response): Promise<void> {
    const asked = validate(query, request.query);
    const body = await read(validate(params, request.params), asked);
    response.setHeader('Cache-Control', 'no-store');
    response.type('json').send(JSON.stringify(body));
  }
  route(router, path.replace(/\{(\w+)\}/g, ':$1'), { get: answerGet });
}
