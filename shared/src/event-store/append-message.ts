import type { ExpectedRevision, JsonEvent } from './event-store.ts';
import { fieldSize, varintSize, writeHeader, writeText, writeVarint } from './protobuf-writing.ts';

/** An event as it is sent. What the store itself reads, such as a stream's metadata, has no metadata of its own. */
export type SentEvent = Omit<JsonEvent, 'metadata'> & Partial<Pick<JsonEvent, 'metadata'>>;

/** An event with its JSON, and the sizes in bytes of what is written of it. */
interface Measured {
  readonly event: SentEvent;
  readonly idBytes: number;
  readonly typeBytes: number;
  readonly metadata: string;
  readonly metadataBytes: number;
  readonly data: string;
  readonly dataBytes: number;
  /** Of the ProposedMessage, without its own tag and length. */
  readonly bytes: number;
}

/** The entry of a ProposedMessage's metadata that tells JSON, as all of ours are. */
const contentType = Buffer.from('\x12\x20\x0a\x0ccontent-type\x12\x10application/json', 'latin1');

/**
 * A whole append as one BatchAppendReq (streams.proto), in one piece: events as large as ours need no more than one
 * message, and all that the server refuses by size it measures in the append, not in the message. It names no deadline:
 * the server would compare it with its own clock, and gives up after its own time at the latest, whatever it is.
 * @param correlationId a UUID
 * @throws TypeError where data or metadata can't be written as JSON
 */
export function appendMessage(
  correlationId: string,
  stream: string,
  events: readonly SentEvent[],
  expected: ExpectedRevision,
): Buffer {
  const measured = events.map(measure);
  const idBytes = Buffer.byteLength(correlationId);
  const nameBytes = Buffer.byteLength(stream);
  const optionsBytes = fieldSize(fieldSize(nameBytes)) + expectedSize(expected);
  let bytes = fieldSize(fieldSize(idBytes)) + fieldSize(optionsBytes) + 2;
  for (const event of measured) bytes += fieldSize(event.bytes);

  const message = Buffer.allocUnsafe(bytes);
  let at = writeUuid(message, 0, correlationId, idBytes);
  at = writeHeader(message, at, 2, optionsBytes);
  at = writeHeader(message, at, 1, fieldSize(nameBytes));
  at = writeText(message, at, 3, stream, nameBytes);
  at = writeExpected(message, at, expected);
  for (const event of measured) at = writeEvent(message, at, event);
  // is_final
  message[at] = (4 << 3) | 0;
  message[at + 1] = 1;
  return message;
}

function measure(event: SentEvent): Measured {
  const metadata = event.metadata === undefined ? '' : JSON.stringify(event.metadata);
  const data = JSON.stringify(event.data);
  const idBytes = Buffer.byteLength(event.id);
  const typeBytes = Buffer.byteLength(event.type);
  const metadataBytes = Buffer.byteLength(metadata);
  const dataBytes = Buffer.byteLength(data);
  const bytes =
    fieldSize(fieldSize(idBytes)) +
    contentType.length +
    fieldSize(typeEntrySize(typeBytes)) +
    (metadataBytes === 0 ? 0 : fieldSize(metadataBytes)) +
    fieldSize(dataBytes);
  return { event, idBytes, typeBytes, metadata, metadataBytes, data, dataBytes, bytes };
}

/** An entry of a map: its key "type", and its value. */
const typeEntrySize = (typeBytes: number): number => fieldSize(4) + fieldSize(typeBytes);

function writeEvent(message: Buffer, start: number, measured: Measured): number {
  const { event, idBytes, typeBytes, metadata, metadataBytes, data, dataBytes, bytes } = measured;
  let at = writeHeader(message, start, 3, bytes);
  at = writeUuid(message, at, event.id, idBytes);
  message.set(contentType, at);
  at = writeHeader(message, at + contentType.length, 2, typeEntrySize(typeBytes));
  at = writeText(message, at, 1, 'type', 4);
  at = writeText(message, at, 2, event.type, typeBytes);
  if (metadataBytes > 0) at = writeText(message, at, 3, metadata, metadataBytes);
  return writeText(message, at, 4, data, dataBytes);
}

function expectedSize(expected: ExpectedRevision): number {
  return typeof expected === 'number' ? 1 + varintSize(expected) : 2;
}

function writeExpected(message: Buffer, at: number, expected: ExpectedRevision): number {
  if (typeof expected !== 'number') return writeHeader(message, at, expected === 'no_stream' ? 3 : 4, 0);
  message[at] = (2 << 3) | 0;
  return writeVarint(message, at + 1, expected);
}

/** A UUID in its form as a string. Both that there are, of the append and of an event, are field 1 of their message. */
function writeUuid(message: Buffer, at: number, uuid: string, length: number): number {
  return writeText(message, writeHeader(message, at, 1, fieldSize(length)), 2, uuid, length);
}
