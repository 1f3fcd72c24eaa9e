import type { Request, Response } from 'express';

/** A body, and what it is of. */
export interface Answered<Body> {
  readonly body: Body;
  /** Null: of this very moment, and not to be kept. */
  readonly of: AnsweredOf | null;
}

/** While this is the same, the answer to one request is the same, byte for byte. */
export interface AnsweredOf {
  /** Of the read model; null where the event store alone has answered. */
  readonly generation: number | null;
  /** Of the account; in the answers about many accounts the projection's position, null before its first event. */
  readonly revision: number | bigint | null;
  /** No later event can change the answer. */
  readonly final: boolean;
}

export type Representation = 'json' | 'csv';

/** Grows whenever the same events are answered with other bytes than before: clients ask anew for what they have kept. */
const projectionVersion = 1;

/**
 * Sets the headers by which an answer is kept and asked for again (RFC 9110 sections 8.8.3 and 13.1.2, RFC 9111), and ends
 * it with 304 where the client has it already.
 * @returns whether the answer has ended
 */
export function isKeptByClient(
  request: Request,
  response: Response,
  of: AnsweredOf | null,
  representation: Representation,
): boolean {
  if (of === null) {
    response.setHeader('Cache-Control', 'no-store');
    return false;
  }
  const entityTag = entityTagOf(of, representation);
  response.setHeader('ETag', entityTag);
  response.setHeader('Cache-Control', of.final ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (!names(request.headers['if-none-match'], entityTag)) return false;
  response.status(304).end();
  return true;
}

function entityTagOf({ generation, revision }: AnsweredOf, representation: Representation): string {
  return `"${projectionVersion}-${generation ?? 0}-${revision ?? 'none'}-${representation}"`;
}

/** Weak comparison: what a cache has made weak, as one that compresses does, is still the same. */
function names(ifNoneMatch: string | undefined, entityTag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const named: readonly string[] = ifNoneMatch.match(/"[^"]*"/g) ?? [];
  return ifNoneMatch.trim() === '*' || named.includes(entityTag);
}
