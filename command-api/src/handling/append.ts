import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Appended,
  type EventStore,
  type ExpectedRevision,
  type JsonEvent,
  OutcomeUnknownError,
} from '@ledger/shared/event-store/event-store';

const attemptTimeoutMs = 3_000;
const firstPauseMs = 20;
const longestPauseMs = 500;

/**
 * Appends at an exact revision (or `no_stream`) until the outcome is known. The very same events are sent again after an
 * unknown outcome: the store answers those that landed with their first result, and writes nothing twice.
 * @param deadline of the monotonic clock, in milliseconds
 * @throws WrongRevisionError none of these events can be written at this revision any more; an earlier attempt may have.
 * @throws OutcomeUnknownError the deadline has passed. The events may yet be written, at this revision only.
 */
export async function appendUntilKnown(
  store: EventStore,
  stream: string,
  events: readonly JsonEvent[],
  expected: Exclude<ExpectedRevision, 'any'>,
  deadline: number,
): Promise<Appended> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const remainingMs = Math.max(deadline - performance.now(), 1);
    try {
      return await store.append(stream, events, expected, Math.ceil(Math.min(remainingMs, attemptTimeoutMs)));
    } catch (error) {
      if (!(error instanceof OutcomeUnknownError) || performance.now() + pauseMs >= deadline) throw error;
      await delay(pauseMs);
    }
  }
}
