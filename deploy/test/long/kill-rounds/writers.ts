import type { EventData } from '@eventstore/db-client';
import { expect } from 'chai';
import { type Attempt, type Life, type Outcome, outcomeOf } from './attempt.ts';
import type { Random } from './random.ts';
import { events } from './random-events.ts';
import {
  type Answer,
  afterAppend,
  afterDelete,
  afterMetadata,
  afterTombstone,
  answerToAppend,
  answerToChange,
  answerToDelete,
  type Expected,
  type Metadata,
  MISSING,
  type StreamState,
} from './stream-state.ts';

/** Where writers put what they attempt, and what they count. */
export interface Journal {
  attempted(attempt: Attempt): void;
  /** After each answer. */
  answered(): void;
}

const CREDENTIALS = { username: 'admin', password: 'changeit' };

/** Writers never share a stream with each other, so at the kill at most one attempt on it has no answer. */
export interface Writer {
  /** Works until the server is gone. @throws Error where an answer is not what the model says */
  work(life: Life): Promise<void>;
  /**
   * After a restart: goes on from its streams as they are stored.
   * @param isUnsure of a stream: an attempt on it had no answer
   * @throws Error where another one is not as its answers left it
   */
  adopt(stored: (stream: string) => StreamState, isUnsure: (stream: string) => boolean): void;
}

const MOST_STREAMS = 5;

export function createWriter(name: string, random: Random, journal: Journal): Writer {
  /** As its attempts leave them. */
  const streams = new Map<string, StreamState>();
  /** Attempts without an answer that a resend has to settle, with what was expected of the stream. */
  const unsettled = new Map<Attempt, Expected>();
  let named = 0;

  function begin(kind: Attempt['kind'], stream: string, about: Partial<Attempt> = {}): Attempt {
    const attempt: Attempt = { kind, stream, events: [], outcome: { kind: 'unknown' }, ...about };
    journal.attempted(attempt);
    return attempt;
  }

  /** Notes the answer, which has to be the model's; true where the attempt took effect. */
  function settle(attempt: Attempt, outcome: Outcome, answer: Answer): boolean {
    attempt.outcome = outcome;
    if (outcome.kind === 'unknown') return false;
    journal.answered();
    const got = outcome.kind === 'acknowledged' ? 'taken' : outcome.why;
    if (got !== answer) throw new Error(`${attempt.kind} on ${attempt.stream}: ${got} instead of ${answer}`);
    return got === 'taken';
  }

  const send = ({ client }: Life, stream: string, list: readonly EventData[], expectedRevision: Expected) => {
    // With credentials the client takes its other way to append.
    const options = random.chance(0.1) ? { expectedRevision, credentials: CREDENTIALS } : { expectedRevision };
    return client.appendToStream(stream, [...list], options);
  };

  async function append(life: Life, stream: string, state: StreamState, expected: Expected): Promise<void> {
    const attempt = begin('append', stream, { events: events(random) });
    const answer = answerToAppend(state, expected);
    // What brings a deleted stream back as a new one is not looked for where the stream once began.
    const isRepeatable = answer === 'taken' && !(state.deleted && expected === 'no_stream');
    const twice = isRepeatable && random.chance(0.1);
    const sends = [send(life, stream, attempt.events, expected)];
    if (twice) sends.push(send(life, stream, attempt.events, expected));
    const [outcome = attempt.outcome, second = outcome] = await Promise.all(
      sends.map((call) => outcomeOf(life, attempt, call)),
    );
    if (outcome.kind !== 'unknown' && second.kind !== 'unknown') expectSame(stream, outcome, second);
    const known = outcome.kind === 'unknown' ? second : outcome;
    if (settle(attempt, known, answer)) {
      streams.set(stream, afterAppend(state, attempt.events.length));
      // A repeat of what was appended last changes nothing and is answered the same.
      if (isRepeatable && random.chance(0.1)) {
        const again = await outcomeOf(life, attempt, send(life, stream, attempt.events, expected));
        if (again.kind !== 'unknown') expectSame(stream, known, again);
      }
    } else if (known.kind === 'unknown' && isRepeatable && expected !== 'any' && expected !== 'stream_exists') {
      unsettled.set(attempt, expected);
    }
  }

  async function setMetadata(life: Life, stream: string, state: StreamState): Promise<void> {
    named += 1;
    const mark = { attempt: `${name}-${named}` };
    const maxCount = random.chance(0.5) ? 1 + random.below(5) : undefined;
    const truncateBefore = random.chance(0.5) ? random.below(Number(state.last) + 3) : undefined;
    const metadata: Metadata = {
      ...mark,
      ...(maxCount !== undefined && { $maxCount: maxCount }),
      ...(truncateBefore !== undefined && { $tb: truncateBefore }),
    };
    const asked = {
      ...mark,
      ...(maxCount !== undefined && { maxCount }),
      ...(truncateBefore !== undefined && { truncateBefore }),
    };
    const attempt = begin('metadata', stream, { metadata });
    const call = life.client.setStreamMetadata(stream, asked);
    // The revision that this tells is one of the metadata's stream.
    const outcome = await outcomeOf(
      life,
      attempt,
      call.then(({ position }) => ({ position })),
    );
    if (settle(attempt, outcome, answerToChange(state))) streams.set(stream, afterMetadata(state, metadata));
  }

  async function softDelete(life: Life, stream: string, state: StreamState): Promise<void> {
    const attempt = begin('delete', stream);
    const expectedRevision = state.last >= 0n && random.chance(0.5) ? state.last : 'any';
    const outcome = await outcomeOf(life, attempt, life.client.deleteStream(stream, { expectedRevision }));
    if (settle(attempt, outcome, answerToDelete(state))) streams.set(stream, afterDelete(state));
  }

  async function tombstone(life: Life, stream: string, state: StreamState): Promise<void> {
    const attempt = begin('tombstone', stream);
    const outcome = await outcomeOf(life, attempt, life.client.tombstoneStream(stream, { expectedRevision: 'any' }));
    if (settle(attempt, outcome, answerToChange(state))) streams.set(stream, afterTombstone(state));
  }

  /** A resend after the restart is answered as if the first had been, whether that had been written or not. */
  async function resend(life: Life): Promise<void> {
    for (const [attempt, expected] of [...unsettled]) {
      if (life.killed.aborted) return;
      unsettled.delete(attempt);
      const state = streams.get(attempt.stream) ?? MISSING;
      const wasWritten = attempt.outcome.kind === 'acknowledged';
      const again = wasWritten ? attempt : begin('append', attempt.stream, { events: attempt.events });
      const outcome = await outcomeOf(life, again, send(life, attempt.stream, attempt.events, expected));
      if (outcome.kind === 'unknown') {
        if (!wasWritten) unsettled.set(again, expected);
      } else if (wasWritten) {
        expectSame(attempt.stream, attempt.outcome, outcome);
      } else if (settle(again, outcome, 'taken')) {
        streams.set(attempt.stream, afterAppend(state, attempt.events.length));
      }
    }
  }

  function chooseStream(): string {
    const known = [...streams.keys()];
    if (known.length >= MOST_STREAMS || (known.length > 0 && random.chance(0.7))) return random.pick(known);
    named += 1;
    const stream = `own-${name}-${named}`;
    streams.set(stream, MISSING);
    return stream;
  }

  /** Leaves a stream alone for good, now and then, so that there are always new ones. */
  function retire(stream: string): void {
    if (random.chance(streams.get(stream)?.tombstoned ? 0.4 : 0.02)) streams.delete(stream);
  }

  async function step(life: Life): Promise<void> {
    const stream = chooseStream();
    const state = streams.get(stream) ?? MISSING;
    const isThere = state.last >= 0n;
    const dice = random.below(100);
    if (dice < 8 && isThere) await setMetadata(life, stream, state);
    else if (dice < 14) await softDelete(life, stream, state);
    else if (dice < 16) await tombstone(life, stream, state);
    else if (dice < 24) await append(life, stream, state, random.pick(['no_stream', 'stream_exists', state.last + 2n]));
    else await append(life, stream, state, random.pick<Expected>(isThere ? ['any', state.last] : ['any', 'no_stream']));
    if (!life.killed.aborted) retire(stream);
  }

  return {
    async work(life) {
      await resend(life);
      while (!life.killed.aborted) await step(life);
    },
    adopt(stored, isUnsure) {
      for (const [stream, state] of streams) {
        const found = stored(stream);
        if (!isUnsure(stream)) expect(found, `${stream}, after its last answer`).to.deep.equal(state);
        streams.set(stream, found);
      }
    },
  };
}

/** Where both tell a position, it is the same one. */
function expectSame(stream: string, first: Outcome, second: Outcome): void {
  const told = [first, second].map((outcome) => ('position' in outcome ? outcome.position : undefined));
  const same = told.includes(undefined) ? { position: undefined } : {};
  expect({ ...second, ...same }, `the same events again in ${stream}`).to.deep.equal({ ...first, ...same });
}

/** Appends to a stream that others append to at the same time; nothing else is ever done to it. */
export async function appendToShared(stream: string, random: Random, journal: Journal, life: Life): Promise<void> {
  while (!life.killed.aborted) {
    const attempt: Attempt = { kind: 'append', stream, events: events(random), outcome: { kind: 'unknown' } };
    journal.attempted(attempt);
    attempt.outcome = await outcomeOf(life, attempt, life.client.appendToStream(stream, [...attempt.events]));
    if (attempt.outcome.kind === 'refused') throw new Error(`an append to ${stream} was refused`);
    if (attempt.outcome.kind === 'acknowledged') journal.answered();
  }
}
