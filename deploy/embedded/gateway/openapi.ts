import { Problem } from '@ledger/shared/problems';
import { z } from 'zod';
import { mergeDocuments, type OpenApiDocument } from './openapi-merge.ts';
import type { Upstream } from './upstream.ts';

const fetchTimeoutMs = 5_000;

const documentSchema = z.looseObject({
  openapi: z.string(),
  info: z.record(z.string(), z.unknown()),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  components: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  tags: z.array(z.looseObject({ name: z.string() })).default([]),
});

/**
 * The document of the whole API: the services' own, merged. Each service's is fetched once and again after a restart of
 * the service; while it is away, the last one stands.
 * @throws Problem `service-unavailable` naming the services that are away and were never asked.
 */
export function openApiDocument(upstreams: readonly Upstream[]): () => Promise<OpenApiDocument> {
  const sources = upstreams.map(documentOf);
  let merged: { readonly parts: readonly OpenApiDocument[]; readonly whole: OpenApiDocument } | undefined;
  return async function wholeDocument() {
    const parts = await Promise.all(sources.map((source) => source()));
    const away = upstreams.filter((_, index) => parts[index] === undefined).map(({ name }) => name);
    if (away.length > 0) throw new Problem('service-unavailable', `${away.join(' and ')} can’t be asked now`);
    const documents = parts.filter((part) => part !== undefined);
    if (!merged || merged.parts.some((part, index) => part !== documents[index])) {
      merged = { parts: documents, whole: mergeDocuments(documents) };
    }
    return merged.whole;
  };
}

function documentOf(upstream: Upstream): () => Promise<OpenApiDocument | undefined> {
  let document: OpenApiDocument | undefined;
  let asOf = -1;
  return async function current() {
    if (document && asOf === upstream.disconnects()) return document;
    const before = upstream.disconnects();
    const fetched = await fetchDocument(upstream);
    if (fetched) {
      document = fetched;
      asOf = before;
    }
    return document;
  };
}

/** Undefined where the service is away; what it answers must be a document. */
async function fetchDocument(upstream: Upstream): Promise<OpenApiDocument | undefined> {
  const answer = await getJson(upstream, '/openapi.json', fetchTimeoutMs);
  return answer?.status === 200 ? documentSchema.parse(answer.body) : undefined;
}

export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Undefined where no answer in JSON comes within `timeoutMs`. */
export async function getJson(upstream: Upstream, path: string, timeoutMs: number): Promise<JsonAnswer | undefined> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const { statusCode, body } = await upstream.dispatcher.request({ method: 'GET', path, signal });
    return { status: statusCode, body: await body.json() };
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
