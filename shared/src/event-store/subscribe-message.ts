import { positionOf, varintOf } from './read-message.ts';

/**
 * A ReadReq (streams.proto) that subscribes to `$all`, with what the official client
 * (6.2.1) asks for where it is told a prefix and nothing else: no links are resolved, UUIDs come as strings, the server
 * chooses how many events it searches at a time, and tells after each search how far it has come.
 * @param streamPrefix of the names of the streams whose events are wanted
 * @param after the position after which it goes on; undefined: from the start
 */
export function subscribeToAllMessage(streamPrefix: string, after: bigint | undefined): Buffer {
  const start = after === undefined ? field(2, []) : field(1, positionOf(after));
  const byStreamName = field(1, field(2, Buffer.from(streamPrefix)));
  const filter = [...byStreamName, ...field(4, []), 5 << 3, 1];
  const options = [...field(2, start), ...field(6, []), ...field(7, filter), ...field(9, field(2, []))];
  return Buffer.from(field(1, options));
}

/** A field that holds these bytes. */
function field(number: number, bytes: Buffer | readonly number[]): number[] {
  return [(number << 3) | 2, ...varintOf(BigInt(bytes.length)), ...bytes];
}
