import { LRUCache } from 'lru-cache';
import type { KnownAccount } from './account-reader.ts';

/** Rough bytes in memory: of an account itself, of one entry of its index, and of one instant of its timeline. */
const accountBytes = 1_000;
const indexEntryBytes = 120;
const timelineEntryBytes = 250;

/** Accounts in memory, the least recently used leave first. Absence is never kept. */
export class AccountCache {
  readonly #accounts: LRUCache<string, KnownAccount>;

  constructor(maxBytes: number) {
    this.#accounts = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: ({ index, timeline, pages }) =>
        accountBytes + pages.sizeBytes + index.size * (indexEntryBytes + (timeline ? timelineEntryBytes : 0)),
    });
  }

  get(accountId: string): KnownAccount | undefined {
    return this.#accounts.get(accountId);
  }

  /** Keeps an account, or takes note of its new size. One that is larger than the whole cache is not kept. */
  keep(known: KnownAccount): void {
    const { accountId } = known.account;
    // The cache measures a value again only when it is another one than before; an account is changed in place.
    this.#accounts.delete(accountId);
    this.#accounts.set(accountId, known);
  }

  forget(accountId: string): void {
    this.#accounts.delete(accountId);
  }

  get sizeBytes(): number {
    return this.#accounts.calculatedSize;
  }
}
