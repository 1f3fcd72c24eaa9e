import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';

export const CONTENT_TYPE = 'application/grpc';

/** Ends a stream on which nothing was sent: answer and trailers in one frame. */
export function endWithTrailersOnly(stream: ServerHttp2Stream, trailers: Readonly<Record<string, string>>): void {
  // As on the real server, whose clients find a content-length among the trailers.
  endWithHeadersOnly(stream, { ':status': 200, 'content-type': CONTENT_TYPE, 'content-length': '0', ...trailers });
}

export function endWithHeadersOnly(stream: ServerHttp2Stream, headers: OutgoingHttpHeaders): void {
  stream.respond(headers, { endStream: true });
  leave(stream);
}

/** After the end of the answer: where the client still sends, it is told to stop (RFC 9113, 8.1). */
export function leave(stream: ServerHttp2Stream): void {
  stream.resume();
  if (!stream.readableEnded) setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR));
}
