import type { RecordedAccountEvent } from '@ledger/shared/events/account-event-json';
import { type Page, type PageLimits, pageOf } from './page.ts';
import type { PageFault } from './page-event.ts';

/** A page that holds, and the account's event at its last revision. */
export interface FoundPage {
  readonly page: Page;
  readonly lastEvent: RecordedAccountEvent;
}

interface Candidate {
  readonly page: Page;
  readonly sha256: string;
}

/** The pages of an account as they were read, of each range the newest that holds. */
export class FoundPages {
  /** Of the newest event of their stream; -1 where there is none. */
  streamRevision = -1;
  readonly #limits: PageLimits;
  /** By page number; of each, what was written for it, oldest first. */
  readonly #candidates = new Map<number, (Candidate | PageFault)[]>();
  readonly #lastEvents = new Map<number, RecordedAccountEvent>();
  readonly #faults: PageFault[] = [];
  #used = 0;

  constructor(limits: PageLimits) {
    this.#limits = limits;
  }

  /** Adds a page that is right in itself. */
  add(page: Page, sha256: string): void {
    const written = this.#writtenFor(page.firstRevision);
    // Those who wrote at the same time wrote the same.
    const same = written.findIndex((other) => 'sha256' in other && other.sha256 === sha256);
    if (same >= 0) written.splice(same, 1);
    written.push({ page, sha256 });
  }

  addFault(fault: PageFault): void {
    if (fault.firstRevision === undefined) this.#faults.push(fault);
    else this.#writtenFor(fault.firstRevision).push(fault);
  }

  #writtenFor(firstRevision: number): (Candidate | PageFault)[] {
    const number = pageOf(firstRevision, this.#limits);
    const written = this.#candidates.get(number) ?? [];
    this.#candidates.set(number, written);
    return written;
  }

  /** The revisions at which the pages end. */
  lastRevisions(): Set<number> {
    const pages = [...this.#candidates.values()].flatMap((written) => written.filter((each) => 'page' in each));
    return new Set(pages.map(({ page }) => page.lastRevision));
  }

  /** Takes the account's events at the pages' last revisions; a page that does not end with its event is not believed. */
  confirm(lastEvents: ReadonlyMap<number, RecordedAccountEvent>): void {
    for (const [revision, event] of lastEvents) this.#lastEvents.set(revision, event);
    for (const [number, written] of this.#candidates) {
      const tried = written.map((each) => ('page' in each ? (this.#faultOf(each.page) ?? each) : each));
      this.#candidates.set(number, tried);
    }
  }

  #faultOf(page: Page): PageFault | undefined {
    const { firstRevision, lastRevision, lastEventId, balance } = page;
    const lastEvent = this.#lastEvents.get(lastRevision);
    if (!lastEvent) return { firstRevision, what: 'beyond the end of the account’s stream' };
    if (lastEvent.id !== lastEventId) return { firstRevision, what: 'made from another event' };
    const { event, context } = lastEvent;
    const isSame = event.type !== 'AccountOpened' && event.balance === balance && context.account.balance === balance;
    return isSame ? undefined : { firstRevision, what: 'another balance than its last event’s' };
  }

  /**
   * The newest page that holds the revision after this one, and leads from the balance at it to its own; undefined where
   * none does. What was tried and does not hold is not tried again.
   */
  pageAfter(revision: number, balance: bigint): FoundPage | undefined {
    const number = pageOf(revision + 1, this.#limits);
    const written = this.#candidates.get(number) ?? [];
    // What is older does not matter.
    this.#candidates.delete(number);
    for (let newest = written.pop(); newest; newest = written.pop()) {
      if (!('page' in newest)) {
        this.#faults.push(newest);
        continue;
      }
      const { page } = newest;
      const lastEvent = this.#lastEvents.get(page.lastRevision);
      if (lastEvent && leadsFrom(revision, balance, page)) {
        this.#used += 1;
        return { page, lastEvent };
      }
      this.#faults.push({ firstRevision: page.firstRevision, what: 'its movements do not lead to its balance' });
    }
    return undefined;
  }

  /** The first revision after this one at which a page begins that is still to be tried; undefined where there is none. */
  nextStart(revision: number): number | undefined {
    const numbers = [...this.#candidates].filter(([, written]) => written.some((each) => 'page' in each));
    const starts = numbers.map(([number]) => number * this.#limits.eventsPerPage).filter((start) => start > revision);
    return starts.length > 0 ? starts.reduce((a, b) => Math.min(a, b)) : undefined;
  }

  /** The last revision that a page may hold; 0 where there is none. */
  get lastRevision(): number {
    return [...this.lastRevisions()].reduce((a, b) => Math.max(a, b), 0);
  }

  /** How many pages were told. */
  get used(): number {
    return this.#used;
  }

  /** What is wrong with what was looked at and does not hold, and with what is beyond the revisions that were asked for. */
  faults(): readonly PageFault[] {
    const left = [...this.#candidates.values()].flatMap((written) => written.at(-1) ?? []);
    return [...this.#faults, ...left.filter((each) => 'what' in each)];
  }
}

/** Whether what a page holds after a revision, and all that it holds, leads to its balance. */
function leadsFrom(revision: number, balance: bigint, { firstRevision, entries, balance: reached }: Page): boolean {
  if (balance + entries.sumFrom(revision + 1 - firstRevision) !== reached) return false;
  // Reading begins within the first page, or where a page does: nothing is before that one.
  return firstRevision > revision || entries.sumFrom(0) === reached;
}
