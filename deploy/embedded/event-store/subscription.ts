import { createBacklog, SCAN_ENTRIES } from './backlog.ts';
import { type Checkpoints, countCheckpoints } from './checkpoints.ts';
import type { EventStore } from './event-store.ts';
import type { Matches } from './filter.ts';
import { readStreamPage, type StreamRange, type StreamView, viewStream } from './read-pages.ts';
import { holdsEvent } from './record.ts';

/** Where a subscription's messages go. */
export interface Subscriber {
  /** False when enough is on the way; then `ready` comes before the next event. The bytes are overwritten after the call. */
  event(record: Buffer, sequence: number): boolean;
  /** "Everything up to here was considered": of a filtered subscription. `prepare` may be 0, as the real server has it. */
  checkpoint(commit: number, prepare: number): void;
  caughtUp(): void;
  /** Resolves when there is room for more, or when `gone` is aborted. */
  ready(): Promise<void>;
  /** Aborted when the subscriber has left. */
  readonly gone: AbortSignal;
}

/** The subscriber was live and did not keep up. It has to subscribe again, from the last event it took. */
export class ConsumerTooSlowError extends Error {
  override readonly name = 'ConsumerTooSlowError';

  constructor() {
    super('Operation timed out: Consumer too slow to handle event while live. Client resubscription required.');
  }
}

/** The stream has ended for good. */
export class StreamDeletedError extends Error {
  override readonly name = 'StreamDeletedError';
  readonly stream: string;

  constructor(stream: string) {
    super(`Event stream '${stream}' is deleted.`);
    this.stream = stream;
  }
}

const PAGE_EVENTS = 256;

/** What a live subscriber that is too slow is still given: about what the real server has handed out by then. */
const EVENTS_BEFORE_DROP = 64;

/**
 * Follows a stream after revision `after` until the subscriber leaves. It reads from disk, in order, whatever its
 * cursor has not passed, so turning live can neither lose an event nor repeat one.
 * @param after -1 for the start; 'end' for new events only
 * @param liveLag how many events a subscriber that was live may be behind
 * @throws ConsumerTooSlowError; StreamDeletedError when the stream ends for good
 */
export async function followStream(
  store: EventStore,
  { stream, after, liveLag }: { stream: string; after: number | 'end'; liveLag: number },
  to: Subscriber,
): Promise<void> {
  const known = viewStream(store, stream);
  let cursor = after === 'end' ? lastOf(known) : after;
  let live = after === 'end';
  // What ended before a subscription to its end began shows nothing any more.
  const ended = live && known.state === 'tombstoned';
  if (live) to.caughtUp();
  while (!to.gone.aborted) {
    const seen = store.newest();
    const view = viewStream(store, stream);
    if (view.state === 'tombstoned' && !live) throw new StreamDeletedError(stream);
    const range = rangeFor(view, live);
    if (range && range.last > cursor) {
      const tooSlow = live && range.last - cursor > liveLag;
      const limit = tooSlow ? Math.min(EVENTS_BEFORE_DROP, liveLag) : PAGE_EVENTS;
      const page = { from: cursor + 1, backwards: false, limit };
      const next = readStreamPage(store, range, page, (record, sequence) => to.event(record, sequence));
      cursor = (next ?? range.last + 1) - 1;
      await to.ready();
      if (tooSlow) throw new ConsumerTooSlowError();
      continue;
    }
    if (view.state === 'tombstoned' && view.sequence !== undefined && !ended) {
      const record = store.storage.record(view.sequence);
      if (record) to.event(record, view.sequence);
      throw new StreamDeletedError(stream);
    }
    // A stream that does not exist yet is caught up with after its first events.
    if (range && !live) {
      to.caughtUp();
      live = true;
    }
    await store.newerThan(seen, to.gone);
  }
}

const lastOf = (view: StreamView): number => ('all' in view ? (view.all?.last ?? -1) : -1);

/** What metadata hides is hidden from those who catch up; new events are shown to all. */
function rangeFor(view: StreamView, live: boolean): StreamRange | undefined {
  if (live) return 'all' in view ? view.all : undefined;
  return view.state === 'present' ? view.shown : undefined;
}

/**
 * Follows the whole store after sequence number `after` until the subscriber leaves; as `followStream` does.
 * @param checkpoints only of a filtered subscription
 */
export async function followAll(
  store: EventStore,
  {
    after,
    matches,
    checkpoints,
    liveLag,
  }: { after: number; matches: Matches; checkpoints?: Checkpoints; liveLag: number },
  to: Subscriber,
): Promise<void> {
  let cursor = Math.min(after, store.newest());
  let live = false;
  let scanned = 0;
  const wants: Matches = (record) => holdsEvent(record) && matches(record);
  const counter = checkpoints && countCheckpoints(checkpoints, to);
  const backlog = createBacklog(store.storage, wants);
  while (!to.gone.aborted) {
    const newest = store.newest();
    if (cursor < newest) {
      const tooSlow = live && newest - cursor > liveLag && backlog.countedAfter(cursor, newest) > liveLag;
      const end = Math.min(newest, cursor + (tooSlow ? Math.min(EVENTS_BEFORE_DROP, liveLag) : SCAN_ENTRIES));
      let room = true;
      store.storage.scan(cursor + 1, end, wants, (record, sequence, wanted) => {
        cursor = sequence;
        scanned += 1;
        if (!holdsEvent(record)) return true;
        if (wanted) {
          room = to.event(record, sequence);
          backlog.taken(sequence);
        }
        counter?.considered(sequence, wanted, live);
        return room;
      });
      if (tooSlow) {
        await to.ready();
        throw new ConsumerTooSlowError();
      }
      if (!room) await to.ready();
      else if (scanned >= SCAN_ENTRIES) await new Promise(setImmediate);
      if (scanned >= SCAN_ENTRIES) scanned = 0;
      continue;
    }
    if (!live) {
      to.caughtUp();
      live = true;
    }
    await store.newerThan(newest, to.gone);
  }
}
