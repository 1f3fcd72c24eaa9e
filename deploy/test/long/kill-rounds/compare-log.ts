import { type AllStreamRecordedEvent, type EventData, type EventStoreDBClient, START } from '@eventstore/db-client';
import { expect } from 'chai';
import type { Attempt, Outcome } from './attempt.ts';
import { type Entry, entryOf, type Log } from './log.ts';

/** What of this round's attempts was found in the log. */
interface Found {
  readonly first: Entry;
  last: Entry;
  events: number;
}

/**
 * Reads what the log has beyond what was read of it before, and compares it with what was attempted since: everything
 * acknowledged is there, where it was said to be and with its content; nothing refused is; what had no answer is there as
 * a whole or not at all, and its outcome is set by that; nothing is there that nobody attempted.
 * @throws AssertionError, Error
 */
export async function compareLog(log: Log, client: EventStoreDBClient, attempts: readonly Attempt[]): Promise<void> {
  const found = new Map<Attempt, Found>();
  const appends = new Map(attempts.flatMap((attempt) => attempt.events.map(({ id }) => [id, attempt] as const)));
  const others = attempts.filter(({ kind }) => kind !== 'append');

  /** A writer does one thing after another with a stream, so what has no name of its own comes in the order attempted. */
  function attemptOf(entry: Entry, effect: string, data: unknown): Attempt {
    const stream = effect === 'tombstone' ? entry.stream : entry.stream.slice(2);
    const mark = (data as { attempt?: unknown } | undefined)?.attempt;
    const attempt =
      effect === 'append'
        ? appends.get(entry.id)
        : others.find(
            (other) =>
              other.kind === effect &&
              other.stream === stream &&
              !found.has(other) &&
              other.outcome.kind !== 'refused' &&
              other.metadata?.['attempt'] === mark,
          );
    if (!attempt) throw new Error(`${entry.type} in ${entry.stream} at ${entry.revision}, which nobody attempted`);
    return attempt;
  }

  function note(attempt: Attempt, entry: Entry, event: AllStreamRecordedEvent): void {
    const before = found.get(attempt);
    if (attempt.kind === 'append') {
      expectContent(event, attempt.events[before?.events ?? 0]);
      expect(entry.stream).to.equal(attempt.stream);
      // The events of one append stand behind one another.
      if (before) expect(log.entries.at(-2)).to.equal(before.last);
    }
    if (before) {
      before.last = entry;
      before.events += 1;
    } else {
      found.set(attempt, { first: entry, last: entry, events: 1 });
    }
  }

  const known = log.entries.at(-1);
  const fromPosition = known ? { commit: known.position, prepare: known.position } : START;
  let isFirst = known !== undefined;
  for await (const { event } of client.readAll({ fromPosition })) {
    if (!event) throw new Error('a read of $all without links showed no event');
    if (isFirst) {
      expect(entryOf(event), 'the newest event read before').to.deep.equal(known);
      isFirst = false;
      continue;
    }
    const { entry, effect } = log.take(event);
    if (effect === 'undelete' || entry.stream === '$$$scavenges') continue;
    note(attemptOf(entry, effect, event.data), entry, event);
  }
  if (isFirst) throw new Error(`the event at ${known?.position} is gone`);
  log.expectWhole();
  for (const attempt of attempts) compareOutcome(attempt, found.get(attempt));
}

function compareOutcome(attempt: Attempt, found: Found | undefined): void {
  const { kind, stream, outcome, events } = attempt;
  const what = `${kind} on ${stream}, ${outcome.kind}`;
  if (outcome.kind === 'refused') {
    expect(found, what).to.equal(undefined);
    return;
  }
  if (!found) {
    expect(outcome.kind, `${what}, and not in the log`).to.equal('unknown');
    return;
  }
  if (kind === 'append') expect(found.events, `${what}: its events`).to.equal(events.length);
  const stored: Outcome = {
    kind: 'acknowledged',
    position: found.last.position,
    ...(kind === 'append' && { last: found.last.revision }),
  };
  if (outcome.kind === 'acknowledged') {
    const told = outcome.position === undefined ? { ...outcome, position: stored.position } : outcome;
    expect(stored, what).to.deep.equal(told);
  }
  attempt.outcome = stored;
}

function expectContent(stored: AllStreamRecordedEvent, sent: EventData | undefined): void {
  expect(stored.id).to.equal(sent?.id);
  expect(stored.type).to.equal(sent?.type);
  expect(stored.isJson).to.equal(sent?.contentType === 'application/json');
  const bytes = (data: unknown) => (data instanceof Uint8Array ? Buffer.from(data).toString('hex') : data);
  expect(bytes(stored.data)).to.deep.equal(bytes(sent?.data));
  expect(stored.metadata).to.deep.equal(sent?.metadata);
}

/** Reads everything again, from the start: it is what was read of it before, event by event. */
export async function compareWithWholeLog(log: Log, client: EventStoreDBClient): Promise<void> {
  let at = 0;
  for await (const { event } of client.readAll()) {
    if (event && !isSame(entryOf(event), log.entries[at])) {
      expect(entryOf(event), `event ${at} of the log`).to.deep.equal(log.entries[at]);
    }
    at += 1;
  }
  expect(at, 'events in the log').to.equal(log.entries.length);
}

/** Chai's comparison is too slow for every event of a long log. */
const isSame = (one: Entry, other: Entry | undefined): boolean =>
  one.position === other?.position && one.id === other.id && one.stream === other.stream && one.type === other.type;
