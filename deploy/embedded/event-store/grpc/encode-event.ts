import type { ResolvedLink } from '../links.ts';
import {
  createdMsOf,
  dataSpan,
  ID_AT,
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
import type { Message } from './transport/outbox.ts';
import { UUID_TEXT_BYTES, uuidAsHalves, writeUuidAsText } from './wire/uuid.ts';
import { fieldSize, numberSize, writeBytes, writeHeader, writeNumber, writeText } from './wire/writer.ts';

type UuidForm = 'text' | 'halves';

/**
 * A record of the log as the protocol's ReadResp message with an event, written in one pass and without objects in
 * between: this is what every read and every subscription does for every event. Field numbers are those of streams.proto. The
 * record's bytes must stay as they are until the message is written.
 */
export function readEvent(record: Buffer, sequence: number, uuid: UuidForm): Message {
  const event = planOf(record, sequence, uuid);
  const position = positionOf(sequence);
  const readEventSize = fieldSize(event.size) + numberSize(position);
  return {
    bytes: fieldSize(readEventSize),
    write(target, start) {
      let at = writeHeader(target, start, 1, readEventSize);
      at = writeRecorded(target, writeHeader(target, at, 1, event.size), event);
      writeNumber(target, at, 3, position);
    },
  };
}

/** The same for a link and the event that it points to, if that is there; the position is the link's. */
export function resolvedLink({ link, target }: ResolvedLink, uuid: UuidForm): Message {
  const event = target && planOf(target.record, target.sequence, uuid);
  const pointer = planOf(link.record, link.sequence, uuid);
  const position = positionOf(link.sequence);
  const readEventSize = (event ? fieldSize(event.size) : 0) + fieldSize(pointer.size) + numberSize(position);
  return {
    bytes: fieldSize(readEventSize),
    write(out, start) {
      let at = writeHeader(out, start, 1, readEventSize);
      if (event) at = writeRecorded(out, writeHeader(out, at, 1, event.size), event);
      at = writeRecorded(out, writeHeader(out, at, 2, pointer.size), pointer);
      writeNumber(out, at, 3, position);
    },
  };
}

/** How far a filtered subscription has come, as a ReadResp message: one comes with every window of events. */
export function readCheckpoint(commit: number, prepare: number): Message {
  const commitPosition = positionOf(commit);
  const preparePosition = positionOf(prepare);
  // A number that is 0 is not written.
  const size = numberSize(commitPosition) + (preparePosition === 0 ? 0 : numberSize(preparePosition));
  return {
    bytes: fieldSize(size),
    write(target, start) {
      const at = writeNumber(target, writeHeader(target, start, 3, size), 1, commitPosition);
      if (preparePosition !== 0) writeNumber(target, at, 2, preparePosition);
    },
  };
}

/** A RecordedEvent that is to be written: its parts, and how many bytes they take together. */
interface Plan {
  readonly size: number;
  readonly record: Buffer;
  readonly position: number;
  readonly revision: number;
  /** A UUID message; undefined where it is text, which is written from the record. */
  readonly idAsHalves: Uint8Array | undefined;
  readonly created: string;
  readonly contentType: string;
  readonly typeEntry: number;
  readonly contentTypeEntry: number;
  readonly createdEntry: number;
}

function planOf(record: Buffer, sequence: number, uuid: UuidForm): Plan {
  const position = positionOf(sequence);
  const revision = revisionOf(record);
  const idAsHalves = uuid === 'halves' ? uuidAsHalves(idOf(record)).serializeBinary() : undefined;
  // .NET's ticks, of 100 ns, counted from 1970.
  const created = `${createdMsOf(record)}0000`;
  const contentType = isJsonOf(record) ? 'application/json' : 'application/octet-stream';
  const typeEntry = fieldSize('type'.length) + fieldSize(lengthOf(typeSpan(record)));
  const contentTypeEntry = fieldSize('content-type'.length) + fieldSize(contentType.length);
  const createdEntry = fieldSize('created'.length) + fieldSize(created.length);
  const size =
    fieldSize(idAsHalves?.length ?? UUID_TEXT_BYTES) +
    fieldSize(fieldSize(lengthOf(streamSpan(record)))) +
    (revision === TOMBSTONE_REVISION ? 1 + LARGEST_REVISION.length : numberSize(revision)) +
    2 * numberSize(position) +
    fieldSize(typeEntry) +
    fieldSize(contentTypeEntry) +
    fieldSize(createdEntry) +
    fieldSize(lengthOf(metadataSpan(record))) +
    fieldSize(lengthOf(dataSpan(record)));
  return {
    size,
    record,
    position,
    revision,
    idAsHalves,
    created,
    contentType,
    typeEntry,
    contentTypeEntry,
    createdEntry,
  };
}

function writeRecorded(out: Buffer, start: number, plan: Plan): number {
  const { record } = plan;
  const name = streamSpan(record);
  let at = writeId(out, start, plan);
  at = writeHeader(out, at, 2, fieldSize(lengthOf(name)));
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

function writeId(out: Buffer, at: number, { record, idAsHalves }: Plan): number {
  if (idAsHalves) return writeBytes(out, at, 1, idAsHalves);
  return writeUuidAsText(out, writeHeader(out, at, 1, UUID_TEXT_BYTES), record, ID_AT);
}

function writeSpan(out: Buffer, at: number, field: number, record: Buffer, { start, end }: Span): number {
  const begin = writeHeader(out, at, field, end - start);
  return begin + record.copy(out, begin, start, end);
}

/** 2^63 - 1, the revision of a tombstone, which no number of JavaScript is. */
const LARGEST_REVISION = Buffer.from('ffffffffffffffff7f', 'hex');

function writeRevision(out: Buffer, at: number, revision: number): number {
  if (revision !== TOMBSTONE_REVISION) return writeNumber(out, at, 3, revision);
  out[at] = 3 << 3;
  return at + 1 + LARGEST_REVISION.copy(out, at + 1);
}

const lengthOf = ({ start, end }: Span): number => end - start;
