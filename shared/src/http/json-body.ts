import express, { type RequestHandler } from 'express';
import { Problem } from '../problems.ts';

/** Bytes of a JSON request body. */
export const bodyLimitBytes = 100 * 1024;

const parse = express.json({ limit: bodyLimitBytes, type: () => true, strict: false });

/** Reads a JSON body into `request.body`; another content type is 415, a body over the limit 413, no JSON 400. */
export const jsonBody: RequestHandler = function jsonBody(request, response, next) {
  if (!isJson(request.get('Content-Type'))) {
    throw new Problem('unsupported-media-type', 'send the body as application/json');
  }
  parse(request, response, (error?: unknown) => {
    if (error) next(error);
    else if (request.body === undefined)
      next(new Problem('invalid-json', 'the body is empty; a JSON object is expected'));
    else next();
  });
};

/** application/json or any +json type, with or without parameters. */
export function isJson(contentType: string | undefined): boolean {
  return /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType ?? '');
}
