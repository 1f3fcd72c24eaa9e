import type { IncomingMessage } from 'node:http';
import { bodyLimitBytes } from '@ledger/shared/http/json-body';

/** A body that an API takes as JSON fits in; held in memory, it can be sent again. */
const heldBytes = bodyLimitBytes + 16 * 1024;

/** A request's body on its way to a service. */
export interface RequestBody {
  /** What to send in an attempt. To be called once for each attempt. */
  open(): Buffer | AsyncIterable<Buffer> | null;
  /** False once a part of it has been handed on and not kept: there can be no further attempt. */
  canBeSentAgain(): boolean;
}

const none: RequestBody = { open: () => null, canBeSentAgain: () => true };

/**
 * Takes a request's body: a small one of known length is read whole; any other, and NDJSON always, is passed on as it
 * comes, so that its answer may begin before it has ended.
 * Undefined where the client went away before a small body was complete: nobody waits for an answer.
 */
export async function takeBody(request: IncomingMessage): Promise<RequestBody | undefined> {
  const length = request.headers['content-length'];
  if (request.headers['transfer-encoding'] === undefined) {
    if (length === undefined || length === '0') return none;
    if (Number(length) <= heldBytes && !isNdjson(request)) return readWhole(request);
  }
  return passedOn(request);
}

function isNdjson(request: IncomingMessage): boolean {
  return /^application\/(?:x-)?ndjson/i.test(request.headers['content-type'] ?? '');
}

async function readWhole(request: IncomingMessage): Promise<RequestBody | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch (error) {
    if (!request.complete) return undefined;
    throw error;
  }
  const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  return { open: () => bytes, canBeSentAgain: () => true };
}

function passedOn(request: IncomingMessage): RequestBody {
  let begun = false;
  async function* chunks(): AsyncGenerator<Buffer> {
    begun = true;
    try {
      // Destroying the request would close the client's connection, on which an answer may be under way.
      for await (const chunk of request.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
    } finally {
      // A service may answer before it has read all. The rest is read and dropped: a client that is still sending does
      // not look at its answer, and closing on it would take the answer away.
      request.resume();
    }
  }
  return { open: chunks, canBeSentAgain: () => !begun };
}
