import type { Appended, ExpectedRevision, JsonEvent } from '@ledger/shared/event-store/event-store';
import { pagesStream } from '@ledger/shared/events/streams';
import { createStreams, type Streams } from '../simulated-streams.fixture.ts';
import type { World } from './world.ts';

/** The event store as a server, which every process reaches by a link of its own. */
export interface StoreServer {
  readonly streams: Streams;
  /** While it does, calls are refused and nothing is written, as by a node that is not the leader. */
  refuses: boolean;
  readonly isDown: boolean;
  /** Counts its starts: an answer of an earlier one reaches nobody. */
  readonly starts: number;
  /** As `streams.append`. What comes of it is counted, and whether the caller still waits for it. */
  append(stream: string, events: readonly JsonEvent[], expected: ExpectedRevision, isAwaited: boolean): Appended;
  /**
   * How often each thing came of an append: `append written`, `append repeated` or `append refused`, with `, late` where nobody
   * waited any more; `page` instead of `append` for index pages.
   */
  readonly appends: ReadonlyMap<string, number>;
  /** Goes down, and is back after so long. What had reached it and was not handled is lost, and so are its answers. */
  crash(durationMs: number): void;
  /** Its clock jumps, forwards or back. */
  jumpClock(byMs: number): void;
}

/** When the world begins, for those who live in it. */
export const beginning = Date.UTC(2026, 5, 1, 12);

export function createStoreServer(world: World): StoreServer {
  let jumpedMs = 0;
  let starts = 1;
  let backAtMs = 0;
  const streams = createStreams({ now: () => new Date(beginning + Math.floor(world.nowMs) + jumpedMs) });
  const appends = new Map<string, number>();

  function count(stream: string, what: string, isAwaited: boolean): void {
    const name = `${stream.startsWith(pagesStream('')) ? 'page' : 'append'} ${what}${isAwaited ? '' : ', late'}`;
    appends.set(name, (appends.get(name) ?? 0) + 1);
  }

  return {
    streams,
    refuses: false,
    appends,
    append(stream, events, expected, isAwaited) {
      const before = streams.all.length;
      try {
        const appended = streams.append(stream, events, expected);
        count(stream, streams.all.length > before ? 'written' : 'repeated', isAwaited);
        return appended;
      } catch (error) {
        count(stream, 'refused', isAwaited);
        throw error;
      }
    },
    get isDown() {
      return world.nowMs < backAtMs;
    },
    get starts() {
      return starts;
    },
    crash(durationMs) {
      starts += 1;
      backAtMs = Math.max(backAtMs, world.nowMs + durationMs);
      streams.forgetRecentIds();
    },
    jumpClock(byMs) {
      jumpedMs += byMs;
    },
  };
}
