import { crc32c } from './crc32c.ts';
import { bytesToUuid, uuidToBytes } from './event-id.ts';

/**
 * One entry of the log, as bytes:
 *
 * | at | bytes | |
 * |---|---|---|
 * | 0 | 1 | kind |
 * | 4 | 4 | revision in its stream |
 * | 8 | 8 | created, in ms since 1970 UTC (a double) |
 * | 16 | 16 | event id |
 * | 32 | 4 x 4 | lengths of stream name, type, metadata, data |
 * | 48 | 4 | checksum of the head: the sequence number, the 48 bytes above, the stream name and the type |
 * | 52 | 4 | checksum of the body: metadata and data, going on from the head's |
 * | 56 | | stream name (UTF-8), type (UTF-8), metadata, data |
 *
 * All numbers are little-endian, checksums are CRC-32C. There are two because a filtered scan looks at the name or the
 * type of every entry, and at nothing else of those that do not match; so what is looked at is always checked. The
 * functions below read single fields in place.
 */
const HEADER_BYTES = 56;
export const ID_AT = 16;
const HEAD_CHECKSUM_AT = 48;
const BODY_CHECKSUM_AT = 52;

const KIND = { jsonEvent: 0, binaryEvent: 1, noEvent: 2, tombstone: 3 } as const;

/**
 * The revision of a tombstone in this store: above all others, so that it is its stream's last event. Clients see 2^63 - 1.
 */
export const TOMBSTONE_REVISION = 0xffff_ffff;

export interface NewEvent {
  /** A UUID, lower case with dashes. */
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly metadata: Uint8Array;
  readonly data: Uint8Array;
}

/** The event that ends a stream for good: nothing comes after it. */
export const tombstone = (id: string): NewEvent => ({
  id,
  type: '$streamDeleted',
  isJson: false,
  metadata: new Uint8Array(),
  data: new Uint8Array(),
});

/** Where an event stands: in the whole store, and in its stream (at TOMBSTONE_REVISION if it is a tombstone). */
export interface Place {
  readonly sequence: number;
  readonly stream: string;
  readonly revision: number;
}

export function encodeEvent({ sequence, stream, revision }: Place, createdMs: number, event: NewEvent): Buffer {
  const nameBytes = Buffer.byteLength(stream);
  const typeBytes = Buffer.byteLength(event.type);
  const { metadata, data } = event;
  const record = Buffer.allocUnsafe(HEADER_BYTES + nameBytes + typeBytes + metadata.length + data.length);
  record.writeUInt32LE(kindOf(event, revision), 0);
  record.writeUInt32LE(revision, 4);
  record.writeDoubleLE(createdMs, 8);
  uuidToBytes(event.id, record, ID_AT);
  record.writeUInt32LE(nameBytes, 32);
  record.writeUInt32LE(typeBytes, 36);
  record.writeUInt32LE(metadata.length, 40);
  record.writeUInt32LE(data.length, 44);
  let at = HEADER_BYTES;
  at += record.write(stream, at);
  at += record.write(event.type, at);
  record.set(metadata, at);
  record.set(data, at + metadata.length);
  return sealed(record, sequence);
}

function kindOf(event: NewEvent, revision: number): number {
  if (revision === TOMBSTONE_REVISION) return KIND.tombstone;
  return event.isJson ? KIND.jsonEvent : KIND.binaryEvent;
}

/** An append without events takes a position in the log too, so something must stand there. */
export function encodeNoEvent(sequence: number, createdMs: number): Buffer {
  const record = Buffer.alloc(HEADER_BYTES);
  record.writeUInt32LE(KIND.noEvent, 0);
  record.writeDoubleLE(createdMs, 8);
  return sealed(record, sequence);
}

function headChecksum(record: Buffer, sequence: number): number {
  const fixed = crc32c(record, 0, HEAD_CHECKSUM_AT, sequence);
  return crc32c(record, HEADER_BYTES, typeSpan(record).end, fixed);
}

function sealed(record: Buffer, sequence: number): Buffer {
  const head = headChecksum(record, sequence);
  record.writeUInt32LE(head, HEAD_CHECKSUM_AT);
  record.writeUInt32LE(crc32c(record, typeSpan(record).end, record.length, head), BODY_CHECKSUM_AT);
  return record;
}

/** Whether the head of an entry is as it was written, at this sequence number; then its lengths are right too. */
export function isHeadWhole(record: Buffer, sequence: number): boolean {
  if (record.length < HEADER_BYTES) return false;
  // Lengths are only believed once the checksum over what they span is right.
  if (typeSpan(record).end > record.length || dataSpan(record).end !== record.length) return false;
  return headChecksum(record, sequence) === record.readUInt32LE(HEAD_CHECKSUM_AT);
}

/** Whether the metadata and data of an entry, whose head is whole, are as they were written. */
export function isBodyWhole(record: Buffer): boolean {
  const checksum = crc32c(record, typeSpan(record).end, record.length, record.readUInt32LE(HEAD_CHECKSUM_AT));
  return checksum === record.readUInt32LE(BODY_CHECKSUM_AT);
}

/** The header of layout 1, which had no checksums. */
const UNCHECKED_HEADER_BYTES = 48;

/** An entry of layout 1 as this layout has it. */
export function withChecksums(unchecked: Buffer, sequence: number): Buffer {
  const record = Buffer.alloc(unchecked.length + HEADER_BYTES - UNCHECKED_HEADER_BYTES);
  unchecked.copy(record, 0, 0, UNCHECKED_HEADER_BYTES);
  unchecked.copy(record, HEADER_BYTES, UNCHECKED_HEADER_BYTES);
  return sealed(record, sequence);
}

export const holdsEvent = (record: Buffer): boolean => record[0] !== KIND.noEvent;
export const isJsonOf = (record: Buffer): boolean => record[0] === KIND.jsonEvent;
export const revisionOf = (record: Buffer): number => record.readUInt32LE(4);
export const createdMsOf = (record: Buffer): number => record.readDoubleLE(8);
export const idOf = (record: Buffer): string => bytesToUuid(record, ID_AT);

/** Where a field lies in its record: [start, end). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export function streamSpan(record: Buffer): Span {
  return { start: HEADER_BYTES, end: HEADER_BYTES + record.readUInt32LE(32) };
}

export function typeSpan(record: Buffer): Span {
  const start = HEADER_BYTES + record.readUInt32LE(32);
  return { start, end: start + record.readUInt32LE(36) };
}

export function metadataSpan(record: Buffer): Span {
  const start = HEADER_BYTES + record.readUInt32LE(32) + record.readUInt32LE(36);
  return { start, end: start + record.readUInt32LE(40) };
}

export function dataSpan(record: Buffer): Span {
  const start = HEADER_BYTES + record.readUInt32LE(32) + record.readUInt32LE(36) + record.readUInt32LE(40);
  return { start, end: start + record.readUInt32LE(44) };
}

export const textAt = (record: Buffer, { start, end }: Span): string => record.toString('utf8', start, end);
