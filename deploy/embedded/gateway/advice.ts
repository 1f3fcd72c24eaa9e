import type { Request } from 'express';

/** RFC 9110 section 9.2.2: sent twice, these do what they do once. */
export const idempotentMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** What repeating a POST does, by its route. */
const repeatedPosts: ReadonlyMap<unknown, string> = new Map([
  ['/v1/transactions', 'send the same transactions again, each takes effect at most once'],
  ['/v1/transaction', 'send the very same transaction again, under its uid it takes effect at most once'],
  ['/v1/user', 'repeating it may open a second user; POST /api/user, with an id of your own, is the safe form'],
  ['/api/user', 'send the very same request again, an id is one user'],
]);

/** What to do about a command that may have taken effect. */
export function adviceFor(request: Request): string {
  if (idempotentMethods.has(request.method)) return 'send the very same request again, it takes effect at most once';
  const advice = repeatedPosts.get(request.route?.path);
  if (advice !== undefined) return advice;
  if (request.get('Idempotency-Key') !== undefined) return 'send it again with the same Idempotency-Key';
  return 'repeating it may do it a second time: a POST of an account may open a second one, PUT is the safe form';
}
