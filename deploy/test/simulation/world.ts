/**
 * Time that passes only when nothing more can happen at the present: actions run one after another in the order of their
 * times, each with all that follows from it at once (promises that resolve). So a run is the same each time, and hours
 * take milliseconds (discrete-event simulation, as FoundationDB and TigerBeetle are tested).
 */
export interface World {
  /** Milliseconds since the world began. */
  readonly nowMs: number;
  /** Runs the action at a time; those of one time in the order asked for. Answers how to call it off. */
  at(timeMs: number, action: () => void): () => void;
  /** Lets time pass until `isOver`. @throws Error where nothing is left that could happen */
  run(isOver: () => boolean): Promise<void>;
}

interface Entry {
  readonly timeMs: number;
  action: (() => void) | undefined;
}

export function createWorld(): World {
  /** In the order of their times. */
  const agenda: Entry[] = [];
  let nowMs = 0;

  /** Where what comes at a time belongs: behind all of the same time. */
  function placeOf(timeMs: number): number {
    let low = 0;
    let high = agenda.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((agenda[middle]?.timeMs ?? 0) <= timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    get nowMs() {
      return nowMs;
    },
    at(timeMs, action) {
      const entry: Entry = { timeMs: Math.max(timeMs, nowMs), action };
      agenda.splice(placeOf(entry.timeMs), 0, entry);
      return () => {
        entry.action = undefined;
      };
    },
    async run(isOver) {
      while (!isOver()) {
        const next = agenda.shift();
        if (!next) throw new Error('nothing is left that could happen');
        if (!next.action) continue;
        nowMs = next.timeMs;
        next.action();
        // All promises that can resolve do so before the next turn of the event loop.
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}
