import type { RecordedEvent } from './event-store.ts';
import { ProtobufReader } from './protobuf-reader.ts';
import { uuidOf } from './uuid-of.ts';

/** The tags of what is read (streams.proto, shared.proto): a field's number and how it is written. */
const tag = {
  answer: { event: 0x0a, confirmation: 0x12, streamNotFound: 0x22 },
  resolved: { event: 0x0a },
  recorded: {
    id: 0x0a,
    stream: 0x12,
    revision: 0x18,
    commitPosition: 0x28,
    metadata: 0x32,
    customMetadata: 0x3a,
    data: 0x42,
  },
  uuid: { structured: 0x0a, text: 0x12 },
  halves: { most: 0x08, least: 0x10 },
  streamName: 0x1a,
  entry: { key: 0x0a, value: 0x12 },
} as const;

/**
 * Reads a ReadResp (streams.proto), at a small part of what the client's classes cost: an event, `missing` where the stream
 * is not there, `confirmed` where a subscription has begun, or undefined where it tells none of it, such as where the
 * stream begins, or how far a subscription has come.
 * @throws Error where the bytes are no such message
 */
export function readReadAnswer(bytes: Buffer): RecordedEvent | 'missing' | 'confirmed' | undefined {
  const reader = new ProtobufReader(bytes);
  let answer: RecordedEvent | 'missing' | 'confirmed' | undefined;
  for (let next = reader.nextTag(); next !== 0; next = reader.nextTag()) {
    if (next === tag.answer.event) {
      answer = within(reader, resolvedEvent);
    } else {
      reader.skip(next);
      if (next === tag.answer.streamNotFound) answer = 'missing';
      else if (next === tag.answer.confirmation) answer = 'confirmed';
    }
  }
  return answer;
}

function within<T>(reader: ProtobufReader, read: (reader: ProtobufReader) => T): T {
  const outerEnd = reader.enter();
  const value = read(reader);
  reader.leave(outerEnd);
  return value;
}

/** The event itself, of a link the link. */
function resolvedEvent(reader: ProtobufReader): RecordedEvent | undefined {
  let event: RecordedEvent | undefined;
  for (let next = reader.nextTag(); next !== 0; next = reader.nextTag()) {
    if (next === tag.resolved.event) event = within(reader, recordedEvent);
    else reader.skip(next);
  }
  return event;
}

interface SystemMetadata {
  type: string;
  contentType: string;
  /** In ticks of 100 ns. */
  created: string | undefined;
}

const nothing = Buffer.alloc(0);

/** As the client (6.2.1, `convertGrpcRecord`) reads it. */
function recordedEvent(reader: ProtobufReader): RecordedEvent {
  let id: string | undefined;
  let stream: string | undefined;
  let revision = 0;
  let position = 0n;
  const system: SystemMetadata = {
    type: '<no-event-type-provided>',
    contentType: 'application/octet-stream',
    created: undefined,
  };
  let metadata: Buffer = nothing;
  let data: Buffer = nothing;
  for (let next = reader.nextTag(); next !== 0; next = reader.nextTag()) {
    switch (next) {
      case tag.recorded.id:
        id = within(reader, uuid);
        break;
      case tag.recorded.stream:
        stream = within(reader, streamName);
        break;
      case tag.recorded.revision:
        revision = reader.number();
        break;
      case tag.recorded.commitPosition:
        position = reader.uint64();
        break;
      case tag.recorded.metadata:
        readEntry(reader, system);
        break;
      case tag.recorded.customMetadata:
        metadata = reader.bytes();
        break;
      case tag.recorded.data:
        data = reader.bytes();
        break;
      default:
        reader.skip(next);
    }
  }
  if (id === undefined || stream === undefined) throw new Error('an event has no id or no stream');
  return {
    stream,
    id,
    type: system.type,
    revision,
    position,
    created: dateOf(system.created),
    data: system.contentType === 'application/json' ? jsonOf(data, asText) : asBytes(data),
    metadata: metadata.length === 0 ? undefined : jsonOf(metadata, asBytes),
  };
}

function uuid(reader: ProtobufReader): string {
  let text = '';
  for (let next = reader.nextTag(); next !== 0; next = reader.nextTag()) {
    if (next === tag.uuid.text) text = reader.text();
    else if (next === tag.uuid.structured) text = within(reader, structuredUuid);
    else reader.skip(next);
  }
  return text;
}

function structuredUuid(reader: ProtobufReader): string {
  let most = 0n;
  let least = 0n;
  for (let next = reader.nextTag(); next !== 0; next = reader.nextTag()) {
    if (next === tag.halves.most) most = reader.uint64();
    else if (next === tag.halves.least) least = reader.uint64();
    else reader.skip(next);
  }
  return uuidOf(most, least);
}

function streamName(reader: ProtobufReader): string {
  let name = '';
  for (let next = reader.nextTag(); next !== 0; next = reader.nextTag()) {
    if (next === tag.streamName) name = reader.text();
    else reader.skip(next);
  }
  return name;
}

/** An entry of the map in which the server tells what it knows of an event. */
function readEntry(reader: ProtobufReader, system: SystemMetadata): void {
  const outerEnd = reader.enter();
  let key = '';
  let value = '';
  for (let next = reader.nextTag(); next !== 0; next = reader.nextTag()) {
    if (next === tag.entry.key) key = reader.text();
    else if (next === tag.entry.value) value = reader.text();
    else reader.skip(next);
  }
  reader.leave(outerEnd);
  if (key === 'type') system.type = value;
  else if (key === 'content-type') system.contentType = value;
  else if (key === 'created') system.created = value;
}

/** @param ticks the last four digits are less than a millisecond */
function dateOf(ticks: string | undefined): Date {
  return new Date(ticks !== undefined && /^\d+$/.test(ticks) ? Number(ticks.slice(0, -4)) : 0);
}

function jsonOf(bytes: Buffer, otherwise: (bytes: Buffer) => unknown): unknown {
  try {
    return JSON.parse(asText(bytes));
  } catch {
    return otherwise(bytes);
  }
}

const asText = (bytes: Buffer): string => bytes.toString('utf8');

/** Of their own: what they are a part of, may be large. */
const asBytes = (bytes: Buffer): Uint8Array => Uint8Array.from(bytes);
