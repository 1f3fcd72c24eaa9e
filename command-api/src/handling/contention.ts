import type { Timers } from './timers.ts';

/** So long after others' events were last met, an account is not contended any more, whatever came of it. */
const contendedMs = 500;
/** Nor is it when the others were given way so often, and none came. */
const mostInVain = 3;

/** All in turns, each as long as this instance took to read others' events and to append its own: so may the others. */
const turnsGivenWay = 3;
const turnsOfRest = 2;
const turnsToFirstLook = 1;
const turnsToNextLook = 0.5;
/** An instance that is alone with an account rests so seldom. */
const turnsBetweenRests = 100;

const longestGivenWayMs = 100;
const shortestPauseMs = 1;

/**
 * Accounts that other instances write to as well. Of two that append at one revision, one has worked in vain; and the other,
 * which has nothing to read, is first at the next revision too, again and again. So whoever has succeeded gives way: its
 * next group gathers commands until others' events are there, or there was time enough for them. Who always comes too late
 * is met by nobody: for its sake, every hundredth append is followed by a short rest, whether there is anybody else or not.
 * Nothing that is right depends on any of this: that is seen to by the exact revision of each append.
 */
export interface Contention {
  /** Others' events were met in the account's stream, which took so long to read. */
  othersMet(accountId: string, readMs: number): void;
  /**
   * An own append has landed, so many milliseconds after its group began to be decided.
   * @param holder what is in memory as long as the account is; the appends are counted by it
   */
  landed(accountId: string, holder: object, appendMs: number): void;
  /** Whether a turn begins with a look for others' events. */
  givesWay(accountId: string): boolean;
  /** It found none. Answers whether to wait on for them. */
  nobodyMet(accountId: string): boolean;
  /** How many milliseconds the account's next turn is to wait from now on. */
  pauseMs(accountId: string): number;
}

interface Contended {
  /** When it ceases to be contended. */
  readonly untilMs: number;
  readonly readMs: number;
  inVain: number;
  /** Undefined while it is this instance's turn. */
  way?: { readonly untilMs: number; readonly turnMs: number; nextLookMs: number } | undefined;
}

export function createContention(timers: Pick<Timers, 'now'>): Contention {
  /** Both in the order in which they were entered, which is about that in which they end: those at the front are over first. */
  const accounts = new Map<string, Contended>();
  const rests = new Map<string, { readonly untilMs: number }>();
  const appends = new WeakMap<object, number>();

  function enter<T extends { readonly untilMs: number }>(entries: Map<string, T>, accountId: string, entry: T): void {
    for (const [id, { untilMs }] of entries) {
      if (untilMs > timers.now()) break;
      entries.delete(id);
    }
    entries.delete(accountId);
    entries.set(accountId, entry);
  }

  function find(accountId: string): Contended | undefined {
    const contended = accounts.get(accountId);
    if (!contended || timers.now() < contended.untilMs) return contended;
    accounts.delete(accountId);
    return undefined;
  }

  function isRestDue(holder: object): boolean {
    const count = (appends.get(holder) ?? 0) + 1;
    appends.set(holder, count);
    return count % turnsBetweenRests === 0;
  }

  return {
    othersMet(accountId, readMs) {
      enter(accounts, accountId, { untilMs: timers.now() + contendedMs, readMs, inVain: 0 });
    },
    landed(accountId, holder, appendMs) {
      const isDue = isRestDue(holder);
      const contended = find(accountId);
      const now = timers.now();
      if (contended) {
        const turnMs = appendMs + contended.readMs;
        contended.way = {
          untilMs: now + Math.min(turnMs * turnsGivenWay, longestGivenWayMs),
          turnMs,
          nextLookMs: now + Math.min(Math.max(turnMs * turnsToFirstLook, shortestPauseMs), longestGivenWayMs),
        };
      } else if (isDue) {
        enter(rests, accountId, { untilMs: now + Math.min(appendMs * turnsOfRest, longestGivenWayMs) });
      }
    },
    givesWay: (accountId) => find(accountId)?.way !== undefined,
    nobodyMet(accountId) {
      const contended = find(accountId);
      if (!contended?.way) return false;
      const { untilMs, turnMs } = contended.way;
      const now = timers.now();
      if (now < untilMs) {
        contended.way.nextLookMs = Math.min(now + Math.max(turnMs * turnsToNextLook, shortestPauseMs), untilMs);
        return true;
      }
      contended.inVain += 1;
      contended.way = undefined;
      if (contended.inVain === mostInVain) accounts.delete(accountId);
      return false;
    },
    pauseMs(accountId) {
      const contended = find(accountId);
      const untilMs = contended ? contended.way?.nextLookMs : rests.get(accountId)?.untilMs;
      return untilMs === undefined ? 0 : Math.max(untilMs - timers.now(), 0);
    },
  };
}
