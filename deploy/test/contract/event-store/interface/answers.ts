import { randomUUID } from 'node:crypto';
import { MaxAppendSizeExceededError } from '@eventstore/db-client';
import { BadRequestError } from '@ledger/shared/event-store/append-answer';
import {
  type Appended,
  type EventStore,
  type JsonEvent,
  OutcomeUnknownError,
  type RecordedEvent,
  StoreUnavailableError,
  WrongRevisionError,
} from '@ledger/shared/event-store/event-store';
import { AppendTooLargeError, MalformedAppendError } from '../../../simulated-streams.fixture.ts';

/** Answers of a store in the form in which they are compared. */

export const TIMEOUT_MS = 10_000;

export type Refusal = 'wrong revision' | 'outcome unknown' | 'unavailable' | 'too large' | 'malformed';

/** @throws the error itself, where it is none that a store answers with */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof WrongRevisionError) return 'wrong revision';
  if (error instanceof OutcomeUnknownError) return 'outcome unknown';
  if (error instanceof StoreUnavailableError) return 'unavailable';
  if (error instanceof AppendTooLargeError || error instanceof MaxAppendSizeExceededError) return 'too large';
  if (error instanceof MalformedAppendError || error instanceof BadRequestError) return 'malformed';
  throw error;
}

/** The revision of the append's last event, or why it was refused. */
export const answerTo = (append: Promise<Appended>): Promise<number | Refusal> =>
  append.then(({ revision }) => revision, refusalOf);

export async function collected(read: AsyncIterable<RecordedEvent>): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of read) events.push(event);
  return events;
}

/** `0:"a" 1:"b"`, as the record tells what a stream holds: the revision and the `n` of each event; or why it was refused. */
export async function shown(read: AsyncIterable<RecordedEvent>): Promise<string> {
  try {
    const events = await collected(read);
    return events
      .map(({ revision, data }) => `${revision}:${JSON.stringify(Reflect.get(Object(data), 'n'))}`)
      .join(' ');
  } catch (error) {
    return refusalOf(error);
  }
}

export const held = (store: EventStore, stream: string): Promise<string> => shown(store.readForwards(stream, 0));

export const eventOf = (n: unknown, more: Partial<JsonEvent> = {}): JsonEvent => ({
  id: randomUUID(),
  type: 'Happened',
  data: { n },
  metadata: {},
  ...more,
});

/** Events by name, each with one id for as long as this lives: the same name again is the same event again. */
export function namedEvents(): (names: string) => JsonEvent[] {
  const known = new Map<string, JsonEvent>();
  return (names) =>
    names.split(' ').map((name) => {
      const event = known.get(name) ?? eventOf(name);
      known.set(name, event);
      return event;
    });
}
