import { deltaOf } from '@ledger/shared/events/account-events';
import type { StreamEvent } from '../account-stream.ts';
import type { IdHash } from '../id-hash.ts';
import type { Page, PageLimits } from './page.ts';
import { entryBytes, openingEntry, PageEntries, type PageEntry } from './page-entries.ts';

const leastEntries = 64;

/** Gathers the entries of a page, event by event. */
export class PageBuilder {
  readonly #accountId: string;
  readonly #eventsPerPage: number;
  /** Room for entries; grows, for most accounts are far from a page's end. */
  #entries = new PageEntries(new Uint8Array(0));
  #count = 0;

  constructor(accountId: string, { eventsPerPage }: PageLimits) {
    this.#accountId = accountId;
    this.#eventsPerPage = eventsPerPage;
  }

  /**
   * Takes the next event, and answers the page that is complete with it. What comes before a page's first revision is passed
   * over.
   * @param hash of its transaction id; of no meaning for an opening
   */
  add(recorded: StreamEvent, hash: IdHash): Page | undefined {
    const { event, id, revision } = recorded;
    const place = revision % this.#eventsPerPage;
    if (place !== this.#count) return undefined;
    this.#makeRoom();
    this.#entries.set(place, event.type === 'AccountOpened' ? openingEntry : entryOf(event, hash));
    this.#count += 1;
    if (this.#count < this.#eventsPerPage) return undefined;
    const page: Page = {
      accountId: this.#accountId,
      firstRevision: revision - place,
      lastRevision: revision,
      entries: this.#entries,
      balance: recorded.context.account.balance,
      lastEventId: id,
    };
    this.#entries = new PageEntries(new Uint8Array(0));
    this.#count = 0;
    return page;
  }

  get sizeBytes(): number {
    return this.#entries.bytes.byteLength;
  }

  #makeRoom(): void {
    const { bytes, count } = this.#entries;
    if (this.#count < count) return;
    const room = new Uint8Array(Math.min(Math.max(2 * count, leastEntries), this.#eventsPerPage) * entryBytes);
    room.set(bytes);
    this.#entries = new PageEntries(room);
  }
}

function entryOf(event: Exclude<StreamEvent['event'], { type: 'AccountOpened' }>, hash: IdHash): PageEntry {
  return { hash, effectiveAt: event.effectiveAt, delta: deltaOf(event) };
}
