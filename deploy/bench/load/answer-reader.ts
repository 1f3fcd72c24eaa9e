/** An HTTP/1.1 answer. */
export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

const headEnd = Buffer.from('\r\n\r\n');
const contentLength = /\r\ncontent-length: *(\d+) *(?:\r\n|$)/i;

/**
 * Reads the answers that one connection brings, each of them after one request. The services here always tell an answer's
 * length, so nothing else is understood.
 * @returns takes the bytes as they come; gives the answer that they complete
 */
export function createAnswerReader(): (bytes: Buffer) => Answer | undefined {
  let begun: Buffer | undefined;
  return function answerIn(bytes) {
    const all = begun ? Buffer.concat([begun, bytes]) : bytes;
    const answer = read(all);
    begun = answer ? undefined : all;
    return answer;
  };
}

function read(bytes: Buffer): Answer | undefined {
  const headBytes = bytes.indexOf(headEnd);
  if (headBytes < 0) return undefined;
  const head = bytes.toString('latin1', 0, headBytes);
  const length = contentLength.exec(head)?.[1];
  if (length === undefined || !head.startsWith('HTTP/1.1 ')) {
    throw new Error(`an answer that is not HTTP/1.1 with a Content-Length: ${head}`);
  }
  const bodyAt = headBytes + headEnd.length;
  const end = bodyAt + Number(length);
  if (bytes.length > end) throw new Error('more bytes than the answer has');
  if (bytes.length < end) return undefined;
  return { status: Number(head.slice(9, 12)), body: bytes.subarray(bodyAt) };
}
