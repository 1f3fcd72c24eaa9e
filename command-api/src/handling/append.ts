import {
  type Appended,
  type EventStore,
  type ExpectedRevision,
  type JsonEvent,
  OutcomeUnknownError,
} from '@ledger/shared/event-store/event-store';
import type { Timers } from './timers.ts';

const attemptTimeoutMs = 3_000;
const firstPauseMs = 20;
const longestPauseMs = 500;

/**
 * Appends at an exact revision (or `no_stream`) until the outcome is known. The very same events are sent again after an
 * unknown outcome: the store answers those that landed with their first result, and writes nothing twice.
 * @param deadline of the timers' time, in milliseconds
 * @throws WrongRevisionError none of these events can be written at this revision any more; an earlier attempt may have.
 * @throws OutcomeUnknownError the deadline has passed. The events may yet be written, at this revision only.
 */
export async function appendUntilKnown(
  { store, timers }: { readonly store: EventStore; readonly timers: Timers },
  stream: string,
  events: readonly JsonEvent[],
  expected: Exclude<ExpectedRevision, 'any'>,
  deadline: number,
): Promise<Appended> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const remainingMs = Math.max(deadline - timers.now(), 1);
    try {
      return await store.append(stream, events, expected, Math.ceil(Math.min(remainingMs, attemptTimeoutMs)));
    } catch (error) {
      if (!(error instanceof OutcomeUnknownError) || timers.now() + pauseMs >= deadline) throw error;
      await timers.pause(pauseMs);
    }
  }
}
