import type { RecordedEvent } from '@ledger/shared/event-store/event-store';
import {
  fromRecordedEvent,
  type RecordedAccountEvent,
  type UnknownAccountEvent,
  UnreadableEventError,
} from '@ledger/shared/events/account-event-json';
import { accountStream, accountStreamPrefix } from '@ledger/shared/events/streams';

/** Where an event stands in the store. */
export type Recorded = Omit<RecordedEvent, 'data' | 'metadata'>;

/** An event on its way from the store to PostgreSQL. */
export interface TakenIn {
  /** The account that its stream belongs to. */
  readonly accountId: string;
  readonly recorded: Recorded;
  readonly account: RecordedAccountEvent | UnknownAccountEvent;
}

/** An event without texts, with all that is made of it. */
const plainEvent = 1_000;

/** About how much memory an event takes, in characters: its texts may be long, and metadata a hundred times all else. */
export function sizeOf({ account: { event } }: TakenIn): number {
  if (!event) return plainEvent;
  let size = plainEvent + (event.type === 'AccountOpened' ? event.name : event.description).length;
  for (const key in event.metadata) size += key.length + (event.metadata[key]?.length ?? 0);
  return size;
}

/**
 * Going on would make the read model wrong. It holds for every later attempt too, so the projector stops and stays
 * stopped until somebody has looked.
 */
export class ProjectionStoppedError extends Error {
  override readonly name = 'ProjectionStoppedError';

  /** @param why kept in PostgreSQL, which has no U+0000 */
  constructor(why: string, options?: ErrorOptions) {
    super(why.replaceAll('\0', '\uFFFD'), options);
  }
}

/** A stop because of one event, which the message names. */
export function stoppedAt(recorded: Recorded, why: string, cause?: unknown): ProjectionStoppedError {
  const { revision, stream, type, id, position } = recorded;
  return new ProjectionStoppedError(
    `event ${revision} of ${stream} (${type}, id ${id}, position ${position}): ${why}`,
    { cause },
  );
}

/** Reads an event as it comes from the store. @throws ProjectionStoppedError where it can't be read. */
export function takeIn(recorded: RecordedEvent): TakenIn {
  const accountId = recorded.stream.slice(accountStreamPrefix.length);
  try {
    const account = fromRecordedEvent(recorded);
    if (account.event && accountStream(account.event.accountId) !== recorded.stream) {
      throw stoppedAt(recorded, `it belongs to account ${account.event.accountId}`);
    }
    const { stream, id, type, revision, position, created } = recorded;
    return { accountId, recorded: { stream, id, type, revision, position, created }, account };
  } catch (error) {
    if (error instanceof UnreadableEventError) throw new ProjectionStoppedError(error.message, { cause: error });
    throw error;
  }
}
