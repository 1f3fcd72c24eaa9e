import type { StreamEvent } from '../account-stream.ts';
import type { IdHash } from '../id-hash.ts';
import { type Page, type PageLimits, pageOf } from './page.ts';
import { PageBuilder } from './page-builder.ts';

/** A page that is to be written. */
export interface DuePage {
  /** Undefined where it has to be made from the stream again. */
  readonly page: Page | undefined;
  /** Whether it should have been there. */
  readonly isRepair: boolean;
}

/** Due pages by their numbers, in no order. */
export type DuePages = Map<number, DuePage>;

/**
 * Which pages of an account are not written as far as this process knows, with what they hold where that is at hand: of a
 * long account the entries since its last page, and what a load had to read from the stream.
 */
export class AccountPages {
  readonly accountId: string;
  /** Of the newest event of the stream of pages that was read or written; -1 where none was. */
  streamRevision = -1;
  readonly #limits: PageLimits;
  #builder: PageBuilder | undefined;
  #missing: DuePages = new Map();
  /** When, by the timers, what is missing is due; never where nothing is. */
  #dueAtMs = Number.POSITIVE_INFINITY;
  #isLoading = true;
  #events = 0;

  /** Of an account that is being loaded: whether it is long is not known until `endLoad`. */
  constructor(accountId: string, limits: PageLimits) {
    this.accountId = accountId;
    this.#limits = limits;
    this.#builder = new PageBuilder(accountId, limits);
  }

  get #isLong(): boolean {
    return this.#events > this.#limits.longAccountEvents;
  }

  /** Takes in the next event of the account. */
  add(recorded: StreamEvent, hash: IdHash): void {
    const { eventsPerPage } = this.#limits;
    const { revision } = recorded;
    this.#events = revision + 1;
    if (!this.#builder && this.#isLong && revision % eventsPerPage === 0) {
      this.#builder = new PageBuilder(this.accountId, this.#limits);
    }
    const page = this.#builder?.add(recorded, hash);
    if (this.#events % eventsPerPage === 0) this.#miss(pageOf(revision, this.#limits), page, this.#isLoading);
  }

  /** Takes in a page that is in the store. */
  addWritten({ lastRevision }: Page): void {
    this.#events = lastRevision + 1;
    // The entries gathered before it, if any, are in it.
    this.#builder = new PageBuilder(this.accountId, this.#limits);
  }

  /** The account is loaded: a short one keeps nothing, for it may never be long. */
  endLoad(): void {
    this.#isLoading = false;
    if (this.#isLong) return;
    this.#builder = undefined;
    for (const [number] of this.#missing) this.#missing.set(number, { page: undefined, isRepair: false });
  }

  #miss(number: number, page: Page | undefined, isRepair: boolean): void {
    this.#missing.set(number, { page, isRepair });
    this.#dueAtMs = Number.NEGATIVE_INFINITY;
  }

  /** What is to be written now, for the caller to see to; undefined where nothing is. */
  takeDue(nowMs: number): DuePages | undefined {
    if (nowMs < this.#dueAtMs || !this.#isLong) return undefined;
    const due = this.#missing;
    this.#missing = new Map();
    this.#dueAtMs = Number.POSITIVE_INFINITY;
    return due;
  }

  /** Pages that could not be written: they are due again at a time by the timers, or with the next one. */
  postpone(pages: DuePages, untilMs: number): void {
    for (const [number, { isRepair }] of pages) {
      if (!this.#missing.has(number)) this.#missing.set(number, { page: undefined, isRepair });
    }
    this.#dueAtMs = Math.min(this.#dueAtMs, untilMs);
  }

  /** What is due stays so, but its pages are made from the stream again where they take more than this. */
  shrinkTo(mostBytes: number): void {
    if (this.#missingBytes <= mostBytes) return;
    for (const [number, { isRepair }] of this.#missing) this.#missing.set(number, { page: undefined, isRepair });
  }

  get sizeBytes(): number {
    return (this.#builder?.sizeBytes ?? 0) + this.#missingBytes;
  }

  get #missingBytes(): number {
    let bytes = 0;
    for (const { page } of this.#missing.values()) bytes += page?.entries.bytes.byteLength ?? 0;
    return bytes;
  }
}
