import type { ExpectedRevision } from '../../decide-append.ts';
import type { NewEvent } from '../../record.ts';
import { WireReader } from './reader.ts';
import { uuidIn } from './uuid.ts';

/**
 * The requests of the calls that write, read in one pass: this is what every append costs. Their options and events have the same
 * form everywhere; field numbers are those of streams.proto. Bytes that come out are parts of the message. The functions throw
 * MalformedMessageError.
 */

/** What an append says before its events. */
export interface AppendOptions {
  /** The StreamIdentifier message as it was sent. */
  readonly identifier: Buffer | undefined;
  /** "" where none is named. */
  readonly stream: string;
  /** Undefined where there is none, or none that a stream can have. */
  readonly expected: ExpectedRevision | undefined;
  readonly deadline: Deadline | undefined;
}

/** `at`: ms since 1970 UTC; `within`: ms from now. */
export interface Deadline {
  readonly kind: 'at' | 'within';
  readonly ms: number;
}

export interface BatchAppendMessage {
  /** The UUID message as it was sent. */
  readonly correlationId: Buffer | undefined;
  readonly options: AppendOptions | undefined;
  /** Undefined is an event that lacks a valid id, a type or a content type. */
  readonly events: readonly (NewEvent | undefined)[];
  readonly isFinal: boolean;
}

/** Options or an event. */
export interface AppendMessage {
  readonly options: AppendOptions | undefined;
  readonly events: readonly (NewEvent | undefined)[];
}

/** Revisions are signed 64-bit numbers in the real server. */
const REVISIONS_END = 2n ** 63n;

const NO_BYTES: Buffer = Buffer.alloc(0);

export function readBatchAppend(message: Buffer): BatchAppendMessage {
  const reader = new WireReader(message);
  let correlationId: Buffer | undefined;
  let options: AppendOptions | undefined;
  const events: (NewEvent | undefined)[] = [];
  let isFinal = false;
  while (reader.nextField()) {
    if (reader.field === 1) correlationId = reader.bytes();
    else if (reader.field === 2) options = readOptions(reader);
    else if (reader.field === 3) events.push(readProposedMessage(reader));
    else if (reader.field === 4) isFinal = reader.bool();
    else reader.skip();
  }
  return { correlationId, options, events, isFinal };
}

export function readAppend(message: Buffer): AppendMessage {
  const reader = new WireReader(message);
  let options: AppendOptions | undefined;
  let events: (NewEvent | undefined)[] = [];
  while (reader.nextField()) {
    if (reader.field === 1) options = readOptions(reader);
    else if (reader.field === 2) events = [readProposedMessage(reader)];
    else reader.skip();
  }
  return { options, events };
}

/** What a Delete or a Tombstone request says: the stream and its expected revision, as an append's options do. */
export function readDelete(message: Buffer): AppendOptions | undefined {
  const reader = new WireReader(message);
  let options: AppendOptions | undefined;
  while (reader.nextField()) {
    if (reader.field === 1) options = readOptions(reader);
    else reader.skip();
  }
  return options;
}

function readOptions(reader: WireReader): AppendOptions {
  const outer = reader.enter();
  let identifier: Buffer | undefined;
  let expected: ExpectedRevision | undefined;
  let deadline: Deadline | undefined;
  while (reader.nextField()) {
    switch (reader.field) {
      case 1:
        identifier = reader.bytes();
        break;
      case 2:
        expected = exactRevision(reader.uint64());
        break;
      case 3:
        expected = 'no_stream';
        reader.skip();
        break;
      case 4:
        expected = 'any';
        reader.skip();
        break;
      case 5:
        expected = 'stream_exists';
        reader.skip();
        break;
      case 6:
        deadline = { kind: 'at', ms: readMilliseconds(reader) };
        break;
      case 7:
        deadline = { kind: 'within', ms: readMilliseconds(reader) };
        break;
      default:
        reader.skip();
    }
  }
  reader.leave(outer);
  return { identifier, stream: identifier ? streamNameIn(identifier) : '', expected, deadline };
}

function exactRevision(revision: bigint): ExpectedRevision | undefined {
  return revision < REVISIONS_END ? revision : undefined;
}

function streamNameIn(identifier: Buffer): string {
  const reader = new WireReader(identifier);
  let name = '';
  while (reader.nextField()) {
    // The protocol has names as bytes, which the real server reads as UTF-8 whatever they are.
    if (reader.field === 3) name = reader.bytes().toString('utf8');
    else reader.skip();
  }
  return name;
}

/** A Timestamp or a Duration: both are seconds and nanoseconds. */
function readMilliseconds(reader: WireReader): number {
  const outer = reader.enter();
  let seconds = 0;
  let nanoseconds = 0;
  while (reader.nextField()) {
    if (reader.field === 1) seconds = Number(reader.int64());
    else if (reader.field === 2) nanoseconds = Number(reader.int64());
    else reader.skip();
  }
  reader.leave(outer);
  return seconds * 1e3 + nanoseconds / 1e6;
}

function readProposedMessage(reader: WireReader): NewEvent | undefined {
  const outer = reader.enter();
  let id: string | undefined;
  let type = '';
  let contentType = '';
  let metadata = NO_BYTES;
  let data = NO_BYTES;
  while (reader.nextField()) {
    switch (reader.field) {
      case 1:
        id = uuidIn(reader.bytes());
        break;
      case 2: {
        const [key, value] = readEntry(reader);
        if (key === 'type') type = value;
        else if (key === 'content-type') contentType = value;
        break;
      }
      case 3:
        metadata = reader.bytes();
        break;
      case 4:
        data = reader.bytes();
        break;
      default:
        reader.skip();
    }
  }
  reader.leave(outer);
  if (id === undefined || type === '' || contentType === '') return undefined;
  return { id, type, isJson: contentType === 'application/json', metadata, data };
}

/** An entry of a map of strings. */
function readEntry(reader: WireReader): [key: string, value: string] {
  const outer = reader.enter();
  let key = '';
  let value = '';
  while (reader.nextField()) {
    if (reader.field === 1) key = reader.text();
    else if (reader.field === 2) value = reader.text();
    else reader.skip();
  }
  reader.leave(outer);
  return [key, value];
}
