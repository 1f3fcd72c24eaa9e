import type { Subscriber } from './subscription.ts';

export interface Checkpoints {
  /** The search window: a page of catching up is this many events. */
  readonly window: number;
  /** A checkpoint after at least this many considered events. */
  readonly every: number;
}

/**
 * Checkpoints as the real server gives them. Catching up, at the end of a page: the page's last match, or its first
 * event with prepare 0 where none matched. Live, at the event that fills the count.
 */
export function countCheckpoints({ window, every }: Checkpoints, to: Pick<Subscriber, 'checkpoint'>) {
  let sinceCheckpoint = 0;
  let inPage = 0;
  let pageFirst = 0;
  let pageMatch: number | undefined;
  return {
    considered(sequence: number, match: boolean, live: boolean): void {
      sinceCheckpoint += 1;
      if (live) {
        if (sinceCheckpoint < every) return;
        to.checkpoint(sequence, sequence);
        sinceCheckpoint = 0;
        return;
      }
      if (inPage === 0) pageFirst = sequence;
      inPage += 1;
      if (match) pageMatch = sequence;
      if (inPage < window) return;
      if (sinceCheckpoint >= every) {
        to.checkpoint(pageMatch ?? pageFirst, pageMatch ?? 0);
        sinceCheckpoint = 0;
      }
      inPage = 0;
      pageMatch = undefined;
    },
  };
}
