import type { ProblemBody } from '../problems.ts';

/** Also where no route of them answers. Express takes paths in any case. */
const olderPath = /^\/(?:api|v1\/user|v1\/transaction)(?:\/|$)/i;

/** A problem as a request to `path` is answered with it: frontends of the older APIs show the member `message`. */
export function problemBodyFor(path: string, body: ProblemBody): ProblemBody {
  return olderPath.test(path) ? { ...body, message: body.detail } : body;
}
