import type { IncomingMessage } from 'node:http';
import express, { type RequestHandler } from 'express';
import { Problem } from '../problems.ts';

/** Bytes of a JSON request body. */
export const bodyLimitBytes = 100 * 1024;

const readEncoded = express.raw({ limit: bodyLimitBytes, type: () => true });

/** Reads a JSON body into `request.body`; another content type is 415, a body over the limit 413, no JSON 400. */
export const jsonBody = jsonBodyReadBy(JSON.parse);

/** The same with another reader of JSON, which throws SyntaxError where it is none. */
export function jsonBodyReadBy(parse: (text: string) => unknown): RequestHandler {
  return async function readJsonBody(request, response, next) {
    const contentType = request.get('Content-Type');
    if (!isJson(contentType)) throw new Problem('unsupported-media-type', 'send the body as application/json');
    assertUtf8(contentType);
    if (request.headers['content-encoding'] === undefined) {
      request.body = await readPlain(request);
    } else {
      await new Promise<void>((resolve, reject) => {
        readEncoded(request, response, (error?: unknown) => (error ? reject(error) : resolve()));
      });
    }
    const bytes: unknown = request.body;
    if (!(bytes instanceof Uint8Array) || bytes.length === 0) {
      throw new Problem('invalid-json', 'the body is empty; a JSON object is expected');
    }
    request.body = parseJson(bytes, parse);
    next();
  };
}

/**
 * Reads a body that has no Content-Encoding, at a part of what Express's own readers take.
 * @throws Problem `body-too-large`; `invalid-json` where it is cut off
 */
function readPlain(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= bodyLimitBytes) {
        chunks.push(chunk);
      } else {
        // What still comes is dropped.
        chunks.length = 0;
        reject(new Problem('body-too-large', `the limit is ${bodyLimitBytes} bytes`));
      }
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', (error) =>
      reject(new Problem('invalid-json', 'the body was cut off before its end', {}, error)),
    );
  });
}

/** application/json or any +json type, with or without parameters. */
export function isJson(contentType: string | undefined): boolean {
  return /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType ?? '');
}

/** JSON is in UTF-8 (RFC 8259 section 8.1): a charset is needless, but right where it says so. @throws Problem `unsupported-media-type` */
export function assertUtf8(contentType = ''): void {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(contentType)?.[1];
  if (charset === undefined || /^utf-?8$/i.test(charset)) return;
  throw new Problem('unsupported-media-type', 'send the body in UTF-8');
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads JSON in UTF-8. Express's own parser would put U+FFFD in the place of what is not, so that another text than was sent
 * would be stored. @throws Problem `invalid-json`
 */
export function parseJson(bytes: Uint8Array, parse: (text: string) => unknown = JSON.parse): unknown {
  try {
    return parse(utf8.decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError) throw new Problem('invalid-json', error.message, {}, error);
    if (error instanceof TypeError) throw new Problem('invalid-json', 'it is not UTF-8', {}, error);
    throw error;
  }
}
