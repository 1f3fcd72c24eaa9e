import { pipeline } from 'node:stream/promises';
import { errorCode } from '@ledger/shared/error-code';
import type { Request, Response } from 'express';

/** RFC 4180 section 3. */
export const csvType = 'text/csv';

/**
 * Sends text while it is read, as fast as the client takes it; a client that hangs up ends the reading.
 * @throws what reading the body throws; the answer is then cut off, so that nobody takes it for whole.
 */
export async function sendCsv(request: Request, response: Response, body: AsyncIterable<string>): Promise<void> {
  response.setHeader('Content-Type', `${csvType}; charset=utf-8; header=present`);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  try {
    await pipeline(body, response);
  } catch (error) {
    const hungUp = errorCode(error) === 'ERR_STREAM_PREMATURE_CLOSE';
    if (!hungUp) throw error;
  }
}
