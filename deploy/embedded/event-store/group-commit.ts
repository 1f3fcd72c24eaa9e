import type { Row } from './storage.ts';

/** Writes rows, all or none; resolves when they are on disk. */
export type WriteRows = (rows: readonly Row[]) => Promise<void>;

export interface GroupCommit {
  /**
   * Queues rows (or none, only to wait for all that were queued before). Resolves when they are on disk.
   * Rejects with the write's error when they, or rows before them, could not be written: then none of them was.
   */
  add(rows: readonly Row[]): Promise<void>;
  /** Resolves when nothing waits or is being written. */
  idle(): Promise<void>;
}

export interface GroupCommitEvents {
  /** Rows up to this sequence number are on disk. Called before the promises of `add` resolve. */
  onDurable(newest: number): void;
  /** A write failed; all that was queued is refused with it. Called before the promises of `add` reject. */
  onFailed(error: unknown): void;
}

interface Waiting {
  readonly rows: readonly Row[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** One commit takes about this much, so that its memory and its time stay bounded; the rest waits for the next. */
export const GROUP_BYTES = 8 * 1024 * 1024;
export const GROUP_ROWS = 1024;

/**
 * All rows that are queued while a write runs share the next one: one transaction, one flush. What is queued later was
 * decided on the state that earlier rows leave, so when a write fails everything behind it is refused too.
 */
export function createGroupCommit(write: WriteRows, events: GroupCommitEvents): GroupCommit {
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;

  function takeGroup(): Waiting[] {
    let bytes = 0;
    let rowCount = 0;
    let count = 0;
    for (const { rows } of waiting) {
      if (count > 0 && (bytes > GROUP_BYTES || rowCount > GROUP_ROWS)) break;
      for (const { record } of rows) bytes += record.length;
      rowCount += rows.length;
      count += 1;
    }
    return waiting.splice(0, count);
  }

  async function run(): Promise<void> {
    // The appends that arrive in this turn of the event loop all join the first group.
    await new Promise(setImmediate);
    while (waiting.length > 0) {
      const group = takeGroup();
      const rows = group.flatMap((entry) => entry.rows);
      const newest = rows.at(-1)?.sequence;
      try {
        if (newest !== undefined) {
          await write(rows);
          events.onDurable(newest);
        }
      } catch (error) {
        const refused = [...group, ...waiting];
        waiting = [];
        events.onFailed(error);
        for (const entry of refused) entry.reject(error);
        continue;
      }
      for (const entry of group) entry.resolve();
    }
    running = undefined;
  }

  return {
    add(rows) {
      return new Promise((resolve, reject) => {
        waiting.push({ rows, resolve, reject });
        running ??= run();
      });
    },
    async idle() {
      while (running) await running;
    },
  };
}
