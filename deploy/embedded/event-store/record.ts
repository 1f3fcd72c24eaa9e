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
 * | 48 | | stream name (UTF-8), type (UTF-8), metadata, data |
 *
 * All numbers are little-endian. The functions below read single fields in place, because a filtered scan looks at the
 * name or the type of every entry and at nothing else of those that do not match.
 */
const HEADER_BYTES = 48;

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

/** @param revision TOMBSTONE_REVISION for a tombstone */
export function encodeEvent(stream: string, revision: number, createdMs: number, event: NewEvent): Buffer {
  const nameBytes = Buffer.byteLength(stream);
  const typeBytes = Buffer.byteLength(event.type);
  const { metadata, data } = event;
  const record = Buffer.allocUnsafe(HEADER_BYTES + nameBytes + typeBytes + metadata.length + data.length);
  record.writeUInt32LE(kindOf(event, revision), 0);
  record.writeUInt32LE(revision, 4);
  record.writeDoubleLE(createdMs, 8);
  uuidToBytes(event.id, record, 16);
  record.writeUInt32LE(nameBytes, 32);
  record.writeUInt32LE(typeBytes, 36);
  record.writeUInt32LE(metadata.length, 40);
  record.writeUInt32LE(data.length, 44);
  let at = HEADER_BYTES;
  at += record.write(stream, at);
  at += record.write(event.type, at);
  record.set(metadata, at);
  record.set(data, at + metadata.length);
  return record;
}

function kindOf(event: NewEvent, revision: number): number {
  if (revision === TOMBSTONE_REVISION) return KIND.tombstone;
  return event.isJson ? KIND.jsonEvent : KIND.binaryEvent;
}

/** An append without events takes a position in the log too, so something must stand there. */
export function encodeNoEvent(createdMs: number): Buffer {
  const record = Buffer.alloc(HEADER_BYTES);
  record.writeUInt32LE(KIND.noEvent, 0);
  record.writeDoubleLE(createdMs, 8);
  return record;
}

export const holdsEvent = (record: Buffer): boolean => record[0] !== KIND.noEvent;
export const isTombstone = (record: Buffer): boolean => record[0] === KIND.tombstone;
export const isJsonOf = (record: Buffer): boolean => record[0] === KIND.jsonEvent;
export const revisionOf = (record: Buffer): number => record.readUInt32LE(4);
export const createdMsOf = (record: Buffer): number => record.readDoubleLE(8);
export const idOf = (record: Buffer): string => bytesToUuid(record, 16);

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
