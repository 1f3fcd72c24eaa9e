import { GrpcError, status } from './status.ts';

/** Before each message: whether it is compressed, and its length in 4 bytes, big-endian. */
export const PREFIX_BYTES = 5;

export function writePrefix(target: Buffer, at: number, messageBytes: number): void {
  target[at] = 0;
  target.writeUInt32BE(messageBytes, at + 1);
}

export interface Deframer {
  /**
   * Takes the next bytes of a call's request, and gives out the messages that they complete. A message that lies in one
   * chunk is a part of it, without a copy.
   * @throws GrpcError for a message that is too large or compressed, and whatever `onMessage` throws
   */
  push(chunk: Buffer): void;
  /** Whether the bytes so far end between two messages. */
  atBoundary(): boolean;
}

/** Cuts the bytes of a request into its messages, wherever the chunks' borders are. */
export function createDeframer(maxMessageBytes: number, onMessage: (message: Buffer) => void): Deframer {
  /** The beginning of a message that is not complete, its prefix included. */
  let begun: Buffer[] = [];
  let begunBytes = 0;
  /** How many bytes `begun` needs before there is anything to do: the prefix, then prefix and message. */
  let neededBytes = PREFIX_BYTES;

  function messageBytesAt(bytes: Buffer, at: number): number {
    if (bytes[at] !== 0)
      throw new GrpcError(status.INTERNAL, 'A message is compressed, without an encoding that says how.');
    const length = bytes.readUInt32BE(at + 1);
    if (length > maxMessageBytes) {
      throw new GrpcError(status.RESOURCE_EXHAUSTED, 'Received message exceeds the maximum configured message size.');
    }
    return length;
  }

  /** Gives out the messages that lie in `bytes` as a whole, and keeps the rest. */
  function cut(bytes: Buffer): void {
    let at = 0;
    let needed = PREFIX_BYTES;
    while (bytes.length - at >= PREFIX_BYTES) {
      needed = PREFIX_BYTES + messageBytesAt(bytes, at);
      if (bytes.length - at < needed) break;
      onMessage(bytes.subarray(at + PREFIX_BYTES, at + needed));
      at += needed;
      needed = PREFIX_BYTES;
    }
    begun = at < bytes.length ? [bytes.subarray(at)] : [];
    begunBytes = bytes.length - at;
    neededBytes = needed;
  }

  return {
    push(chunk) {
      if (begunBytes === 0) {
        cut(chunk);
        return;
      }
      begun.push(chunk);
      begunBytes += chunk.length;
      // A large message is put together once, when all of it is there.
      if (begunBytes >= neededBytes) cut(Buffer.concat(begun, begunBytes));
    },
    atBoundary: () => begunBytes === 0,
  };
}
