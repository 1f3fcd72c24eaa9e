import type shared from '@eventstore/db-client/generated/shared_pb.js';
import type { AppendReq, BatchAppendReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { ExpectedRevision } from '../decide-append.ts';
import { parseUuid, uuidFromHalves } from '../event-id.ts';
import type { NewEvent } from '../record.ts';

/** The data of all events of one append; metadata, types and names do not count. */
export const MAX_APPEND_BYTES = 1024 * 1024;

/** Revisions are signed 64-bit numbers in the real server. */
const REVISIONS_END = 2n ** 63n;

type ProposedMessage = AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage;

export const streamNameOf = (identifier: shared.StreamIdentifier | undefined): string =>
  identifier ? Buffer.from(identifier.getStreamName_asU8()).toString('utf8') : '';

/** A stream must have a name, and so must the stream that a metadata stream belongs to. */
export const isStreamName = (name: string): boolean => name !== '' && name !== '$$';

export function exactRevision(decimal: string): ExpectedRevision | undefined {
  const revision = BigInt(decimal);
  return revision < REVISIONS_END ? revision : undefined;
}

export function uuidOf(uuid: shared.UUID | undefined): string | undefined {
  const structured = uuid?.getStructured();
  if (structured) {
    return uuidFromHalves(structured.getMostSignificantBits(), structured.getLeastSignificantBits());
  }
  return uuid && parseUuid(uuid.getString());
}

/** The event that a message proposes; undefined where it lacks a valid id, a type or a content type. */
export function eventOf(message: ProposedMessage): NewEvent | undefined {
  const id = uuidOf(message.getId());
  const type = message.getMetadataMap().get('type');
  const contentType = message.getMetadataMap().get('content-type');
  if (id === undefined || !type || !contentType) return undefined;
  return {
    id,
    type,
    isJson: contentType === 'application/json',
    metadata: message.getCustomMetadata_asU8(),
    data: message.getData_asU8(),
  };
}

/** The messages of one append, taken in one after another. What is too much or wrong is not kept. */
export interface Gathering {
  /** Why the append is refused, if it is. */
  readonly problem: 'malformed' | 'too-large' | undefined;
  readonly events: readonly NewEvent[];
  add(message: ProposedMessage): void;
}

export function gatherEvents(): Gathering {
  let problem: Gathering['problem'];
  let events: NewEvent[] = [];
  let bytes = 0;
  function refuse(why: Gathering['problem']): void {
    problem = why;
    events = [];
  }
  return {
    get problem() {
      return problem;
    },
    get events() {
      return events;
    },
    add(message) {
      if (problem) return;
      const event = eventOf(message);
      if (!event) {
        refuse('malformed');
        return;
      }
      bytes += event.data.length;
      if (bytes > MAX_APPEND_BYTES) refuse('too-large');
      else events.push(event);
    },
  };
}
