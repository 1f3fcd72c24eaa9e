import {
  type Appended,
  type ExpectedRevision,
  type JsonEvent,
  OutcomeUnknownError,
  type RecordedEvent,
  StoreUnavailableError,
  WrongRevisionError,
} from '@ledger/shared/event-store/event-store';

/**
 * The rules of an event store, without time, network or failures: what EventStoreDB 23.10.8 was recorded to answer, as
 * it shows through `EventStore`. A second model beside the embedded node, which shares no code with it; the contract
 * suite holds the one against the other. Every call is done when it returns.
 *
 *     const streams = createStreams({ now: () => new Date(clock.ms) });   // default: always 1970-01-01
 *     streams.append(stream, events, expected)            { revision }; all events are written, or none
 *     streams.readForwards(stream, fromRevision, limit?)  events
 *     streams.readLast(stream)                            event or undefined
 *     streams.readAllForwards(position, limit)            events, the one at `position` included
 *     streams.readAllBackwards()                          events, newest first
 *     streams.all                                         every event in the order of positions: a view, which grows
 *     streams.setMaxCount(stream, maxCount)
 *     streams.forgetRecentIds()                           what a restart of the server does
 *
 * `$all` begins with one event of the system, and `setMaxCount` adds one in `$$` + stream, as on the real server. Events
 * that are read are frozen, for they are shared.
 */
export interface Streams {
  /**
   * An append is a repeat, and is answered as the first one was, when the stream has its ids from the expected revision
   * on, or, with `any`, when all its ids are remembered as the stream's. The ids alone count: not the data, and with `any`
   * not the order. At the stream's current revision everything is written, known ids too.
   * @throws WrongRevisionError
   * @throws AppendTooLargeError
   * @throws MalformedAppendError
   * @throws OutcomeUnknownError for an event of 17 MiB, which breaks the call off, and for a negative revision, which the
   *   client can't send
   */
  append(stream: string, events: readonly JsonEvent[], expected: ExpectedRevision): Appended;

  /** Where `$maxCount` hides the events asked for, the first readable ones come. @throws StoreUnavailableError for a limit below 1 */
  readForwards(stream: string, fromRevision: number, limit?: number): readonly RecordedEvent[];

  readLast(stream: string): RecordedEvent | undefined;

  /**
   * Hidden events are there. Position 0 is the start, and past the end is nothing.
   * @throws StoreUnavailableError for a limit below 1, and where `position` is no event's
   */
  readAllForwards(position: bigint, limit: number): readonly RecordedEvent[];

  readAllBackwards(): readonly RecordedEvent[];

  readonly all: readonly RecordedEvent[];

  /** 0 and below hide nothing. */
  setMaxCount(stream: string, maxCount: number): void;

  /** From now on `any` knows no id; the other expectations compare with what is stored, and still do. */
  forgetRecentIds(): void;
}

export class AppendTooLargeError extends Error {
  override readonly name = 'AppendTooLargeError';
}

/** A stream without name, an event without type, an id that is no UUID, or an expected revision of 2^63 or more. */
export class MalformedAppendError extends Error {
  override readonly name = 'MalformedAppendError';
}

/** Of the data of all events of one append; metadata, types and names do not count. */
const appendLimitBytes = 1_048_576;

/** What the server takes as one message, and an event is in one. */
const messageLimitBytes = 17 * 1_048_576;

/** Nobody is to take a position for a count of events. */
const positionStride = 100n;

/** Metadata of a stream has none of its own. */
type NewEvent = Omit<JsonEvent, 'metadata'> & Partial<JsonEvent>;

export function createStreams({ now = () => new Date(0) }: { readonly now?: () => Date } = {}): Streams {
  const all: RecordedEvent[] = [];
  const streams = new Map<string, RecordedEvent[]>();
  /** The event that was last written with an id, in whatever stream. */
  const recent = new Map<string, RecordedEvent>();

  const eventsOf = (stream: string): readonly RecordedEvent[] => streams.get(stream) ?? [];

  function write(stream: string, events: readonly NewEvent[]): void {
    const created = now();
    const written = streams.get(stream) ?? [];
    if (events.length > 0) streams.set(stream, written);
    for (const { id, type, data, metadata } of events) {
      const position = BigInt(all.length + 1) * positionStride;
      const at = { stream, id, type, revision: written.length, position, created };
      const event = Object.freeze({ ...at, data: throughJson(data), metadata: metadata && throughJson(metadata) });
      written.push(event);
      all.push(event);
      recent.set(id, event);
    }
  }

  function writeMetadata(stream: string, data: JsonEvent['data']): void {
    // Counted, so that a run can be repeated.
    const id = `00000000-0000-4000-8000-${(all.length + 1).toString(16).padStart(12, '0')}`;
    write(`$$${stream}`, [{ id, type: '$metadata', data }]);
  }

  /** The revision of the last event that is repeated; undefined where all are to be written. @throws WrongRevisionError */
  function repeatedRevision(stream: string, ids: readonly string[], expected: ExpectedRevision): number | undefined {
    const stored = eventsOf(stream);
    const last = stored.length - 1;
    const refusal = () => new WrongRevisionError(`${stream} is at revision ${last}; expected was ${expected}`);
    if (expected === 'any') {
      const revisions = ids.map((id) => {
        const event = recent.get(id);
        return event?.stream === stream ? event.revision : undefined;
      });
      // The first id decides whether this is a repeat; one that brings something new is refused.
      if (revisions[0] === undefined) return undefined;
      if (revisions.includes(undefined)) throw refusal();
      return revisions.at(-1);
    }
    const after = expected === 'no_stream' ? -1 : expected;
    if (after === last) return undefined;
    const isRepeat = ids.length > 0 && ids.every((id, at) => stored[after + 1 + at]?.id === id);
    if (!isRepeat) throw refusal();
    return after + ids.length;
  }

  function readable(stream: string): readonly RecordedEvent[] {
    if (stream === '') throw new StoreUnavailableError('a stream has a name');
    const stored = eventsOf(stream);
    // Of metadata only the newest is shown.
    const maxCount = stream.startsWith('$$') ? 1 : maxCountIn(eventsOf(`$$${stream}`).at(-1)?.data);
    return maxCount === undefined ? stored : stored.slice(-maxCount);
  }

  writeMetadata('$scavenges', { $maxAge: 2_592_000, $acl: { $r: '$ops', $w: [], $d: [], $mr: [], $mw: [] } });

  return {
    append(stream, events, expected) {
      const ids = assertAppendable(stream, events, expected);
      const repeated = repeatedRevision(stream, ids, expected);
      if (repeated !== undefined) return { revision: repeated };
      if (stream.startsWith('$$')) for (const { data } of events) assertSimulated(data);
      write(
        stream,
        events.map((event, at) => ({ ...event, id: ids[at] ?? event.id })),
      );
      // The client shows 0 for an append of nothing that leaves the stream missing.
      return { revision: Math.max(0, eventsOf(stream).length - 1) };
    },

    readForwards(stream, fromRevision, limit = Number.POSITIVE_INFINITY) {
      assertReadable(fromRevision, limit);
      const events = readable(stream);
      const from = Math.max(0, fromRevision - (events[0]?.revision ?? 0));
      return events.slice(from, from + limit);
    },

    readLast: (stream) => readable(stream).at(-1),

    readAllForwards(position, limit) {
      assertReadable(position, limit);
      const from = position === 0n ? 0 : Number(position / positionStride) - 1;
      if (from < all.length && position % positionStride !== 0n) {
        throw new StoreUnavailableError(`no event is at position ${position}`);
      }
      return all.slice(from, from + limit);
    },

    readAllBackwards: () => all.toReversed(),

    all,

    setMaxCount(stream, maxCount) {
      writeMetadata(stream, { $maxCount: maxCount });
    },

    forgetRecentIds: () => recent.clear(),
  };
}

/** The ids, in the form in which they are read back. @throws what `append` does before it looks at the stream */
function assertAppendable(stream: string, events: readonly JsonEvent[], expected: ExpectedRevision): readonly string[] {
  const sizes = events.map(({ data, metadata }) => [bytesOf(data), bytesOf(metadata)] as const);
  if (sizes.some(([data, metadata]) => data + metadata >= messageLimitBytes)) {
    throw new OutcomeUnknownError('an event is larger than a message may be');
  }
  if (typeof expected === 'number' && BigInt(expected) < 0n) {
    throw new OutcomeUnknownError(`the client can't send that revision ${expected} is expected`);
  }
  const isNamed = stream !== '' && stream !== '$$' && events.every(({ type }) => type !== '');
  const ids = events.flatMap(({ id }) => uuidOf(id) ?? []);
  if (!isNamed || ids.length < events.length || Number(expected) >= 2 ** 63) {
    const heads = events.map(({ id, type }) => ({ id, type }));
    throw new MalformedAppendError(`no append can be made of ${JSON.stringify({ stream, heads, expected })}`);
  }
  const bytes = sizes.reduce((sum, [data]) => sum + data, 0);
  if (bytes > appendLimitBytes) throw new AppendTooLargeError(`${bytes} bytes of data in one append`);
  return ids;
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** What else metadata can say is not needed here; a test that does is told, and not given the wrong events. */
function assertSimulated(metadata: JsonEvent['data']): void {
  const others = ['$tb', '$maxAge', '$cacheControl', '$acl'].filter((name) => name in metadata);
  if (others.length > 0) throw new Error(`the simulated streams know no ${others.join(', ')}`);
}

function maxCountIn(metadata: unknown): number | undefined {
  const maxCount: unknown = Reflect.get(Object(metadata), '$maxCount');
  return typeof maxCount === 'number' && Number.isInteger(maxCount) && maxCount > 0 ? maxCount : undefined;
}

/** What comes back of what JSON takes: nothing is shared with who wrote it. */
const throughJson = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_key, part: unknown) => Object.freeze(part));

/** A UUID as the server gives it back, from text with or without dashes, in braces or not; undefined for no UUID and for the nil one. */
function uuidOf(text: string): string | undefined {
  const uuid = /^(\{?)([0-9a-f]{8})(-?)([0-9a-f]{4})\3([0-9a-f]{4})\3([0-9a-f]{4})\3([0-9a-f]{12})(\}?)$/i.exec(text);
  if (!uuid) return undefined;
  const [, opening, a, , b, c, d, e, closing] = uuid;
  const id = [a, b, c, d, e].join('-').toLowerCase();
  return (opening === '{') === (closing === '}') && /[1-9a-f]/.test(id) ? id : undefined;
}

function assertReadable(from: number | bigint, limit: number): void {
  if (from < 0) throw new RangeError(`nothing is before the start, and ${from} is`);
  if (limit < 1) throw new StoreUnavailableError(`the server reads no ${limit} events`);
}
