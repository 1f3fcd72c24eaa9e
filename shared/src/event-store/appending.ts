import {
  type EventStoreDBClient,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { BadRequestError } from './append-answer.ts';
import { AppendCall } from './append-call.ts';
import type { SentEvent } from './append-message.ts';
import {
  type Appended,
  type ExpectedRevision,
  OutcomeUnknownError,
  StreamDamagedError,
  WrongRevisionError,
} from './event-store.ts';
import { messageOf } from './message-of.ts';

/** Appends, all by one call at a time; the next one is made when there is something to append and the last is over. */
export interface Appending {
  /** As `append` of an EventStore. */
  append(
    stream: string,
    events: readonly SentEvent[],
    expected: ExpectedRevision,
    timeoutMs: number,
  ): Promise<Appended>;
  dispose(): Promise<void>;
}

export function createAppending(client: EventStoreDBClient): Appending {
  let call: AppendCall | undefined;
  return {
    async append(stream, events, expected, timeoutMs) {
      if (!call || call.isOver) call = new AppendCall(client);
      const answered = call.append(stream, events, expected, timeoutMs);
      try {
        return { revision: await answered };
      } catch (error) {
        if (error instanceof WrongExpectedVersionError) {
          throw new WrongRevisionError(`${stream} is not at revision ${expected}`, { cause: error });
        }
        if (error instanceof StreamDeletedError)
          throw new StreamDamagedError(`${stream} was deleted`, { cause: error });
        if (error instanceof MaxAppendSizeExceededError || error instanceof BadRequestError) throw error;
        throw new OutcomeUnknownError(`no outcome of an append to ${stream}: ${messageOf(error)}`, { cause: error });
      }
    },
    async dispose() {
      call?.cancel(new Error('the event store is closed'));
      await client.dispose();
    },
  };
}
