import type { Response } from 'express';
import type { Answer } from './answers.ts';

const json = 'application/json; charset=utf-8';
const problemJson = 'application/problem+json; charset=utf-8';

export function sendAnswer(response: Response, { status, replayed, body, retryAfterSeconds }: Answer): void {
  if (replayed) response.setHeader('Idempotent-Replayed', 'true');
  if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(retryAfterSeconds));
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Type', status < 400 ? json : problemJson);
  response.statusCode = status;
  response.end(JSON.stringify(body));
}
