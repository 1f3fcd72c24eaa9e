import shared from '@eventstore/db-client/generated/shared_pb.js';
import { halvesOfUuid } from '../event-id.ts';
import {
  createdMsOf,
  dataSpan,
  idOf,
  isJsonOf,
  metadataSpan,
  revisionOf,
  type Span,
  streamSpan,
  typeSpan,
} from '../record.ts';
import { positionOf } from './position.ts';

/**
 * Writes a record of the log as the protocol's ReadResp message with an event, in one pass and without objects in
 * between: this is what every read and every subscription does for every event. Field numbers are those of streams.proto.
 */
export function encodeReadEvent(record: Buffer, sequence: number, uuid: 'text' | 'halves'): Buffer {
  const name = streamSpan(record);
  const type = typeSpan(record);
  const metadata = metadataSpan(record);
  const data = dataSpan(record);
  const position = positionOf(sequence);
  const revision = revisionOf(record);
  const id = uuid === 'text' ? uuidText(idOf(record)) : uuidHalves(idOf(record));
  // .NET's ticks, of 100 ns, counted from 1970.
  const created = `${createdMsOf(record)}0000`;
  const contentType = isJsonOf(record) ? 'application/json' : 'application/octet-stream';

  const nameBytes = lengthOf(name);
  const typeEntry = 2 + 'type'.length + fieldSize(lengthOf(type));
  const contentTypeEntry = 2 + 'content-type'.length + fieldSize(contentType.length);
  const createdEntry = 2 + 'created'.length + fieldSize(created.length);
  const recorded =
    fieldSize(id.length) +
    fieldSize(fieldSize(nameBytes)) +
    (1 + varintSize(revision)) +
    2 * (1 + varintSize(position)) +
    fieldSize(typeEntry) +
    fieldSize(contentTypeEntry) +
    fieldSize(createdEntry) +
    fieldSize(lengthOf(metadata)) +
    fieldSize(lengthOf(data));
  const readEvent = fieldSize(recorded) + 1 + varintSize(position);

  const out = Buffer.allocUnsafe(fieldSize(readEvent));
  let at = 0;
  const header = (field: number, length: number) => {
    out[at] = (field << 3) | 2;
    at = writeVarint(out, at + 1, length);
  };
  const varint = (field: number, value: number) => {
    out[at] = field << 3;
    at = writeVarint(out, at + 1, value);
  };
  const copied = (field: number, { start, end }: Span) => {
    header(field, end - start);
    out.set(record.subarray(start, end), at);
    at += end - start;
  };
  const text = (field: number, value: string) => {
    header(field, value.length);
    at += out.write(value, at, 'latin1');
  };

  header(1, readEvent);
  header(1, recorded);
  header(1, id.length);
  out.set(id, at);
  at += id.length;
  header(2, fieldSize(nameBytes));
  copied(3, name);
  varint(3, revision);
  varint(4, position);
  varint(5, position);
  header(6, typeEntry);
  text(1, 'type');
  copied(2, type);
  header(6, contentTypeEntry);
  text(1, 'content-type');
  text(2, contentType);
  header(6, createdEntry);
  text(1, 'created');
  text(2, created);
  copied(7, metadata);
  copied(8, data);
  varint(3, position);
  return out;
}

const lengthOf = ({ start, end }: Span): number => end - start;

function varintSize(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes += 1;
  return bytes;
}

function writeVarint(out: Buffer, at: number, value: number): number {
  let rest = value;
  let end = at;
  for (; rest >= 128; rest = Math.floor(rest / 128)) {
    out[end] = (rest % 128) | 128;
    end += 1;
  }
  out[end] = rest;
  return end + 1;
}

/** The bytes of a length-delimited field whose number is below 16. */
const fieldSize = (length: number): number => 1 + varintSize(length) + length;

function uuidText(id: string): Buffer {
  const bytes = Buffer.allocUnsafe(2 + id.length);
  bytes[0] = (2 << 3) | 2;
  bytes[1] = id.length;
  bytes.write(id, 2, 'latin1');
  return bytes;
}

function uuidHalves(id: string): Buffer {
  const { mostSignificant, leastSignificant } = halvesOfUuid(id);
  const value = new shared.UUID();
  const structured = new shared.UUID.Structured();
  structured.setMostSignificantBits(mostSignificant);
  structured.setLeastSignificantBits(leastSignificant);
  value.setStructured(structured);
  return Buffer.from(value.serializeBinary());
}
