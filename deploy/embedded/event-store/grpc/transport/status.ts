/** The status codes of gRPC (https://github.com/grpc/grpc/blob/master/doc/statuscodes.md). */
export const status = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

export type StatusCode = (typeof status)[keyof typeof status];

/** How a call ends that failed: its status, the words beside it, and trailers by which clients tell their typed errors. */
export class GrpcError extends Error {
  override readonly name = 'GrpcError';
  readonly code: StatusCode;
  readonly trailers: Readonly<Record<string, string>>;

  constructor(code: StatusCode, details: string, trailers: Readonly<Record<string, string>> = {}) {
    super(details);
    this.code = code;
    this.trailers = trailers;
  }
}

const LITERAL = /^[\x20-\x24\x26-\x7e]*$/;

/**
 * What is longer is cut: a call ends with two long trailers at most, and both go into the 64 KiB that node:http2 sends and
 * takes. More would end the whole connection.
 */
export const LONGEST_TRAILER = 24 * 1024;

/**
 * Text as `grpc-message` carries it: its UTF-8, with %XX for what is no printable ASCII and for the percent sign. The other
 * trailers hold names of streams, which may be any text, and go the same way: a header can hold nothing else.
 */
export function percentEncoded(text: string): string {
  if (LITERAL.test(text)) return text.slice(0, LONGEST_TRAILER);
  let encoded = '';
  for (const character of text) {
    const next = LITERAL.test(character) ? character : escaped(character);
    if (encoded.length + next.length > LONGEST_TRAILER) break;
    encoded += next;
  }
  return encoded;
}

function escaped(character: string): string {
  const bytes = Array.from(Buffer.from(character), (byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
  return `%${bytes.join('%')}`;
}

/** The trailers that end a call with a status; without an error it is OK. */
export function trailersOf(error: GrpcError | undefined): Record<string, string> {
  if (!error) return { 'grpc-status': String(status.OK) };
  const trailers: Record<string, string> = {
    'grpc-status': String(error.code),
    'grpc-message': percentEncoded(error.message),
  };
  for (const [name, value] of Object.entries(error.trailers)) trailers[name] = percentEncoded(value);
  return trailers;
}
