import type { Response } from 'express';
import type { Answer } from './answers.ts';

export function sendAnswer(response: Response, { status, replayed, body, retryAfterSeconds }: Answer): void {
  if (replayed) response.setHeader('Idempotent-Replayed', 'true');
  if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(retryAfterSeconds));
  response.setHeader('Cache-Control', 'no-store');
  response.status(status).type(status < 400 ? 'application/json' : 'application/problem+json');
  response.send(JSON.stringify(body));
}
