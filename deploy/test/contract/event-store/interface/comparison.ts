import assert from 'node:assert/strict';
import type { EventStore, ExpectedRevision, JsonEvent, RecordedEvent } from '@ledger/shared/event-store/event-store';
import { expect } from 'chai';
import { freshStream } from '../target.ts';
import { answerTo, collected, eventOf, TIMEOUT_MS } from './answers.ts';
import { type Append, type Operation, type Pick, STREAMS } from './random-operations.ts';

/** More than a run writes, and more than others write meanwhile. */
const EVERYTHING = 100_000;

/** An append that grows by repeats of repeats stops there. */
const MOST_EVENTS = 12;

interface Taken {
  readonly stream: string;
  readonly events: readonly JsonEvent[];
  readonly expected: ExpectedRevision;
  /** What to expect of the stream as it was then. */
  readonly before: ExpectedRevision;
}

export interface Comparison {
  /** Asks both stores the same. @throws AssertionError where they answer differently */
  perform(operation: Operation): Promise<void>;
  /** @throws AssertionError where they hold different events */
  compareContents(): Promise<void>;
}

/**
 * Holds a store against another: `perform` asks both, and compares the answers. Positions are compared by their order.
 * @param reference it must be used by nobody else, or `isAlone` be false: then nothing is asked that others disturb
 */
export async function compare(simulated: EventStore, reference: EventStore, isAlone: boolean): Promise<Comparison> {
  const streams = Array.from({ length: STREAMS }, () => freshStream('random'));
  const stores = [await begun(simulated), await begun(reference)] as const;
  /** The appends of events that were not refused, each once. */
  const taken: Taken[] = [];
  const streamAt = (index: number): string => streams[index] ?? '';

  /** The place in the store's log from which on the events of this run are. */
  async function begun(store: EventStore): Promise<{ store: EventStore; start: bigint }> {
    const marker = freshStream('begun');
    await store.append(marker, [eventOf('begun')], 'no_stream', TIMEOUT_MS);
    return { store, start: (await store.readLast(marker))?.position ?? 0n };
  }

  const isOwn = ({ stream }: RecordedEvent): boolean => streams.includes(stream.replace(/^\$\$/, ''));

  /** All but what each store makes up: positions, times, and ids of metadata. */
  function shownEvent({ stream, revision, id, type, data, metadata }: RecordedEvent) {
    const name = streams.reduce((short, unique, index) => short.replace(unique, `s${index}`), stream);
    return { at: `${name}@${revision}`, ...(stream.startsWith('$$') ? {} : { id }), type, data, metadata };
  }

  async function ownEvents({ store, start }: (typeof stores)[number]): Promise<RecordedEvent[]> {
    const events = await collected(store.readAllForwards(start, EVERYTHING));
    expect(events.every(({ position }, i) => i === 0 || position > (events[i - 1]?.position ?? 0n))).to.equal(true);
    return events.filter(isOwn);
  }

  const known = (ago: number): Taken | undefined => taken.at(-1 - ago);

  function eventsOf(pick: Pick): readonly JsonEvent[] {
    if (pick.kind === 'fresh') return Array.from({ length: pick.count }, () => eventOf(taken.length));
    const events = partOf(known(pick.ago)?.events ?? [], pick.part);
    return pick.otherData ? events.map(({ id }) => eventOf('other', { id, type: 'Other' })) : events;
  }

  async function appendOf({ stream, events, expected }: Append): Promise<Taken> {
    const repeated = events.flatMap((pick) => (pick.kind === 'known' ? (known(pick.ago) ?? []) : []))[0];
    const name = stream === undefined ? (repeated?.stream ?? streamAt(0)) : streamAt(stream);
    const last = (await simulated.readLast(name))?.revision;
    const at = (revision: number): ExpectedRevision => (revision < 0 ? 'no_stream' : revision);
    const before = at(last ?? -1);
    const inFull = { stream: name, events: events.flatMap(eventsOf).slice(0, MOST_EVENTS), before };
    if (expected === 'as before them') return { ...inFull, expected: repeated?.before ?? 'any' };
    return { ...inFull, expected: typeof expected === 'string' ? expected : at((last ?? -1) + expected.fromEnd) };
  }

  /** Makes one request of an operation, which is the same for both stores. */
  async function requestOf(operation: Operation): Promise<(of: (typeof stores)[number]) => Promise<unknown>> {
    switch (operation.do) {
      case 'append':
      case 'resend': {
        const append = operation.do === 'append' ? await appendOf(operation) : known(operation.ago);
        if (!append) return async () => undefined;
        const { stream, events, expected } = append;
        return async ({ store }) => {
          const answer = await answerTo(store.append(stream, events, expected, TIMEOUT_MS));
          if (typeof answer === 'number' && events.length > 0 && !taken.includes(append)) taken.push(append);
          return answer;
        };
      }
      case 'read': {
        const { stream, from, limit } = operation;
        return async ({ store }) =>
          (await collected(store.readForwards(streamAt(stream), from, limit))).map(shownEvent);
      }
      case 'readLast':
        return async ({ store }) => [(await store.readLast(streamAt(operation.stream))) ?? []].flat().map(shownEvent);
      case 'readAllForwards':
        return async (of) => {
          const from = (await ownEvents(of))[operation.from]?.position;
          if (from === undefined) return 'the end';
          const limit = isAlone ? operation.limit : EVERYTHING;
          return (await collected(of.store.readAllForwards(from, limit))).filter(isOwn).map(shownEvent);
        };
      case 'readAllBackwards':
        return async ({ store, start }) => {
          const newest: RecordedEvent[] = [];
          for await (const event of store.readAllBackwards()) {
            if (newest.length === operation.limit || event.position <= start) break;
            if (isOwn(event)) newest.push(event);
          }
          return newest.map(shownEvent);
        };
      case 'setMaxCount':
        return ({ store }) => store.setMaxCount(streamAt(operation.stream), operation.maxCount);
    }
  }

  /** Each stream as it is read, told by the places of its events in the log, and the log. */
  async function contentsOf(of: (typeof stores)[number]) {
    const log = await ownEvents(of);
    const placesOf = async (stream: string) =>
      (await collected(of.store.readForwards(stream, 0))).map(({ position }) =>
        log.findIndex((event) => event.position === position),
      );
    const places = await Promise.all([...streams, ...streams.map((stream) => `$$${stream}`)].map(placesOf));
    return { log: log.map(shownEvent), places };
  }

  const [first, second] = stores;
  return {
    async perform(operation) {
      const request = await requestOf(operation);
      assertSame(operation, await request(first), await request(second));
    },
    async compareContents() {
      assertSame('contents', await contentsOf(first), await contentsOf(second));
    },
  };
}

/** By Node's assertion: it tells the difference in its message, which is all that fast-check shows of an error. */
function assertSame(of: unknown, simulated: unknown, reference: unknown): void {
  assert.deepEqual({ of, answer: simulated }, { of, answer: reference });
}

function partOf(events: readonly JsonEvent[], part: Extract<Pick, { kind: 'known' }>['part']): readonly JsonEvent[] {
  if (part === 'head') return events.slice(0, Math.ceil(events.length / 2));
  if (part === 'tail') return events.slice(Math.floor(events.length / 2));
  if (part === 'reversed') return events.toReversed();
  return part === 'doubled' ? [...events, ...events] : events;
}
