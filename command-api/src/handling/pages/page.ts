import type { PageEntries } from './page-entries.ts';

export interface PageLimits {
  /** Revisions that one page covers: page k holds those from k times as many on. At least 2. */
  readonly eventsPerPage: number;
  /** Accounts of more events than this have pages. At least one page's. */
  readonly longAccountEvents: number;
}

/** A page is one event of 131 kB, of which an append takes some; an account without pages opens in some 0.2 s. */
export const defaultPageLimits: PageLimits = { eventsPerPage: 4_096, longAccountEvents: 10_000 };

/** What is needed of so many revisions of an account to decide its next commands; a pure function of its stream. */
export interface Page {
  readonly accountId: string;
  readonly firstRevision: number;
  readonly lastRevision: number;
  /** Of every revision, in their order. */
  readonly entries: PageEntries;
  /** After the last revision, in minor units. */
  readonly balance: bigint;
  /** Of the event at the last revision: a store that was put back to an earlier state may go on differently. */
  readonly lastEventId: string;
}

/** The number of the page that holds a revision. */
export function pageOf(revision: number, { eventsPerPage }: PageLimits): number {
  return Math.floor(revision / eventsPerPage);
}
