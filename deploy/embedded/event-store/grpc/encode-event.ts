import shared from '@eventstore/db-client/generated/shared_pb.js';
import { halvesOfUuid } from '../event-id.ts';
import type { ResolvedLink } from '../links.ts';
import {
  createdMsOf,
  dataSpan,
  idOf,
  isJsonOf,
  metadataSpan,
  revisionOf,
  type Span,
  streamSpan,
  TOMBSTONE_REVISION,
  typeSpan,
} from '../record.ts';
import { positionOf } from './position.ts';

type UuidForm = 'text' | 'halves';

/**
 * Writes a record of the log as the protocol's ReadResp message with an event, in one pass and without objects in
 * between: this is what every read and every subscription does for every event. Field numbers are those of streams.proto.
 */
export function encodeReadEvent(record: Buffer, sequence: number, uuid: UuidForm): Buffer {
  const event = planOf(record, sequence, uuid);
  const position = positionOf(sequence);
  const readEvent = fieldSize(event.size) + 1 + varintSize(position);
  const out = Buffer.allocUnsafe(fieldSize(readEvent));
  let at = writeHeader(out, 0, 1, readEvent);
  at = writeRecorded(out, writeHeader(out, at, 1, event.size), event);
  writeNumber(out, at, 3, position);
  return out;
}

/** The same for a link and the event that it points to, if that is there; the position is the link's. */
export function encodeResolvedLink({ link, target }: ResolvedLink, uuid: UuidForm): Buffer {
  const event = target && planOf(target.record, target.sequence, uuid);
  const pointer = planOf(link.record, link.sequence, uuid);
  const position = positionOf(link.sequence);
  const readEvent = (event ? fieldSize(event.size) : 0) + fieldSize(pointer.size) + 1 + varintSize(position);
  const out = Buffer.allocUnsafe(fieldSize(readEvent));
  let at = writeHeader(out, 0, 1, readEvent);
  if (event) at = writeRecorded(out, writeHeader(out, at, 1, event.size), event);
  at = writeRecorded(out, writeHeader(out, at, 2, pointer.size), pointer);
  writeNumber(out, at, 3, position);
  return out;
}

/** A RecordedEvent that is to be written: its parts, and how many bytes they take together. */
interface Plan {
  readonly size: number;
  readonly record: Buffer;
  readonly position: number;
  readonly revision: number;
  readonly id: Buffer;
  readonly created: string;
  readonly contentType: string;
  readonly typeEntry: number;
  readonly contentTypeEntry: number;
  readonly createdEntry: number;
}

function planOf(record: Buffer, sequence: number, uuid: UuidForm): Plan {
  const position = positionOf(sequence);
  const revision = revisionOf(record);
  const id = uuid === 'text' ? uuidText(idOf(record)) : uuidHalves(idOf(record));
  // .NET's ticks, of 100 ns, counted from 1970.
  const created = `${createdMsOf(record)}0000`;
  const contentType = isJsonOf(record) ? 'application/json' : 'application/octet-stream';
  const typeEntry = 2 + 'type'.length + fieldSize(lengthOf(typeSpan(record)));
  const contentTypeEntry = 2 + 'content-type'.length + fieldSize(contentType.length);
  const createdEntry = 2 + 'created'.length + fieldSize(created.length);
  const size =
    fieldSize(id.length) +
    fieldSize(fieldSize(lengthOf(streamSpan(record)))) +
    (1 + (revision === TOMBSTONE_REVISION ? LARGEST_REVISION.length : varintSize(revision))) +
    2 * (1 + varintSize(position)) +
    fieldSize(typeEntry) +
    fieldSize(contentTypeEntry) +
    fieldSize(createdEntry) +
    fieldSize(lengthOf(metadataSpan(record))) +
    fieldSize(lengthOf(dataSpan(record)));
  return { size, record, position, revision, id, created, contentType, typeEntry, contentTypeEntry, createdEntry };
}

function writeRecorded(out: Buffer, start: number, plan: Plan): number {
  const { record, id } = plan;
  const name = streamSpan(record);
  let at = writeHeader(out, start, 1, id.length);
  out.set(id, at);
  at = writeHeader(out, at + id.length, 2, fieldSize(lengthOf(name)));
  at = writeSpan(out, at, 3, record, name);
  at = writeRevision(out, at, plan.revision);
  at = writeNumber(out, at, 4, plan.position);
  at = writeNumber(out, at, 5, plan.position);
  at = writeText(out, writeHeader(out, at, 6, plan.typeEntry), 1, 'type');
  at = writeSpan(out, at, 2, record, typeSpan(record));
  at = writeText(out, writeHeader(out, at, 6, plan.contentTypeEntry), 1, 'content-type');
  at = writeText(out, at, 2, plan.contentType);
  at = writeText(out, writeHeader(out, at, 6, plan.createdEntry), 1, 'created');
  at = writeText(out, at, 2, plan.created);
  at = writeSpan(out, at, 7, record, metadataSpan(record));
  return writeSpan(out, at, 8, record, dataSpan(record));
}

function writeHeader(out: Buffer, at: number, field: number, length: number): number {
  out[at] = (field << 3) | 2;
  return writeVarint(out, at + 1, length);
}

function writeNumber(out: Buffer, at: number, field: number, value: number): number {
  out[at] = field << 3;
  return writeVarint(out, at + 1, value);
}

function writeSpan(out: Buffer, at: number, field: number, record: Buffer, { start, end }: Span): number {
  const begin = writeHeader(out, at, field, end - start);
  out.set(record.subarray(start, end), begin);
  return begin + end - start;
}

function writeText(out: Buffer, at: number, field: number, value: string): number {
  const begin = writeHeader(out, at, field, value.length);
  return begin + out.write(value, begin, 'latin1');
}

/** 2^63 - 1, the revision of a tombstone, which no number of JavaScript is. */
const LARGEST_REVISION = Buffer.from('ffffffffffffffff7f', 'hex');

function writeRevision(out: Buffer, at: number, revision: number): number {
  if (revision !== TOMBSTONE_REVISION) return writeNumber(out, at, 3, revision);
  out[at] = 3 << 3;
  return at + 1 + LARGEST_REVISION.copy(out, at + 1);
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
