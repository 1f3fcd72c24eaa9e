import type { ProblemBody } from '../problems.ts';

/** Also where no route of them answers. Express takes paths in any case. */
const olderPath = /^\/(?:api|v1\/user|v1\/transaction)(?:\/|$)/i;

/** A problem as a request to `path` is answered with it. */
export function problemBodyFor(path: string, body: ProblemBody): ProblemBody {
  return olderPath.test(path) ? withMessage(body) : body;
}

/** Frontends of the older APIs show an error's member `message`. */
export function withMessage(body: ProblemBody): ProblemBody {
  return { ...body, message: body.detail };
}
