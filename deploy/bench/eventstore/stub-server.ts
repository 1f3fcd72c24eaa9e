import { createServer, type ServerHttp2Stream } from 'node:http2';
import { pipeline } from 'node:stream/promises';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { onParentGone, reportListening } from '@ledger/shared/process/parent';
import { createIdReader } from './append-frames.ts';
import {
  appendedBytes,
  blockOfEvents,
  blockOfMatches,
  confirmationFrame,
  framed,
  supportedMethodsFrame,
} from './stub-messages.ts';

/**
 * A server without a store: it answers the benchmark's calls at once, with what was encoded beforehand, on bare HTTP/2.
 * What the official client reaches against it is the most that it can reach on this machine, beside any server.
 */
const events = blockOfEvents();
const matches = blockOfMatches();
const confirmation = confirmationFrame();
const appended = appendedBytes();
const supportedMethods = supportedMethodsFrame();

const server = createServer();
server.on('stream', (stream, headers) => {
  // A client that leaves in the middle of an answer is how every subscription ends.
  stream.on('error', () => stream.close());
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  switch (headers[':path']) {
    case streamsGrpc.StreamsService.batchAppend.path:
      return answerAppends(stream);
    case streamsGrpc.StreamsService.read.path:
      return answerRead(stream);
    default:
      stream.end(supportedMethods);
  }
});

function answerAppends(stream: ServerHttp2Stream): void {
  const idsIn = createIdReader();
  stream.on('data', (bytes: Buffer) => {
    const answers = idsIn(bytes).map((id) => framed(Buffer.concat([id, appended])));
    if (answers.length > 0) stream.write(Buffer.concat(answers));
  });
  stream.on('end', () => stream.end());
}

function answerRead(stream: ServerHttp2Stream): void {
  const pieces: Buffer[] = [];
  stream.on('data', (piece: Buffer) => pieces.push(piece));
  stream.on('end', () => {
    const options = streams.ReadReq.deserializeBinary(Buffer.concat(pieces).subarray(5)).getOptions();
    const answer = options?.hasSubscription() ? endlessMatches() : eventsUpTo(Number(options?.getCount()));
    pipeline(answer, stream).catch(() => stream.close());
  });
}

/** At least `count` events. */
function* eventsUpTo(count: number): Generator<Buffer> {
  let sent = 0;
  for (;;) {
    for (const piece of events) {
      if (sent >= count) return;
      sent += piece.events;
      yield piece.bytes;
    }
  }
}

/** The client leaves when it has what it wants. */
function* endlessMatches(): Generator<Buffer> {
  yield confirmation;
  for (;;) yield matches;
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object') reportListening(address.port);
});
process.once('SIGTERM', () => process.exit(0));
onParentGone(() => process.exit(0));
