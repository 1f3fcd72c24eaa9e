import {
  type OpenAPIRegistry,
  OpenApiGeneratorV31,
  type ResponseConfig,
  type RouteConfig,
} from '@asteasolutions/zod-to-openapi';
import type { IRouter } from 'express';
import { z } from 'zod';
import { type ProblemName, problemKinds } from '../problems.ts';
import { route } from './routes.ts';

/** The JSON form of a problem, RFC 9457 section 3. Schemas with an `id` in their meta become components of that name. */
export const problemSchema = z
  .looseObject({
    type: z.string().meta({ description: 'A page about this kind of problem', example: '/problems/invalid-request' }),
    title: z.string().meta({ example: 'The request has wrong fields' }),
    status: z.int().meta({ example: 400 }),
    detail: z.string().meta({ description: 'What was wrong with this request' }),
    errors: z
      .array(z.object({ field: z.string().meta({ example: 'amount' }), message: z.string() }))
      .optional()
      .meta({ description: 'Each wrong field of the request' }),
    message: z.string().optional().meta({ description: '`detail` again, in answers of the older APIs' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details; some kinds have members of their own' });

type Responses = RouteConfig['responses'];

/** The responses of an operation that can fail with these problems, one a status. */
export function problemResponses(...names: readonly ProblemName[]): Responses {
  const statuses = new Set(names.map((name) => problemKinds[name].status));
  const withStatus = (status: number) => names.filter((name) => problemKinds[name].status === status);
  return Object.fromEntries([...statuses].map((status) => [String(status), problemResponse(...withStatus(status))]));
}

/** One response for all of these problems, whatever its status. */
export function problemResponse(...names: readonly ProblemName[]): ResponseConfig {
  return {
    description: names.map((name) => `\`${name}\`: ${problemKinds[name].title}`).join('\n\n'),
    ...(names.some((name) => problemKinds[name].status === 503) ? { headers: retryAfterHeader } : {}),
    content: { 'application/problem+json': { schema: problemSchema } },
  };
}

const retryAfterHeader = {
  'Retry-After': { description: 'Seconds to wait before trying again', schema: { type: 'integer' as const } },
};

/** The OpenAPI 3.1 document of what was registered. */
export function openApiDocument(options: {
  readonly title: string;
  readonly description: string;
  readonly registry: OpenAPIRegistry;
}): ReturnType<OpenApiGeneratorV31['generateDocument']> {
  const { title, description, registry } = options;
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: { title, description, version: '1', license: { name: 'MIT', identifier: 'MIT' } },
  });
}

/** Serves a document at `/openapi.json`. */
export function openApiRoute(router: IRouter, document: ReturnType<typeof openApiDocument>): void {
  const text = JSON.stringify(document);
  route(router, '/openapi.json', { get: (_request, response) => void response.type('json').send(text) });
}
