import { LRUCache } from 'lru-cache';
import type { KnownAccount } from './account-reader.ts';

/** What an account takes beside what it can tell of itself, its place in the cache included: measured on Node 20. */
const accountBytes = 1_000;

interface Kept {
  readonly known: KnownAccount;
  readonly sizeBytes: number;
}

/** Accounts in memory, the least recently used leave first. Absence is never kept. */
export class AccountCache {
  readonly #accounts: LRUCache<string, Kept>;

  constructor(maxBytes: number) {
    this.#accounts = new LRUCache({ maxSize: maxBytes, sizeCalculation: ({ sizeBytes }) => sizeBytes });
  }

  get(accountId: string): KnownAccount | undefined {
    return this.#accounts.get(accountId)?.known;
  }

  /** Keeps an account, or takes note of its new size. One that is larger than the whole cache is not kept. */
  keep(known: KnownAccount): void {
    const { accountId } = known.account;
    const sizeBytes = sizeOf(known);
    const kept = this.#accounts.get(accountId);
    // An account is changed in place, and grows by leaps: mostly there is nothing to take note of.
    if (kept?.known !== known || kept.sizeBytes !== sizeBytes) this.#accounts.set(accountId, { known, sizeBytes });
  }

  /** Keeps an account that has just been opened, where nobody has read it meanwhile. */
  keepOpened(known: KnownAccount): void {
    if (!this.#accounts.has(known.account.accountId)) this.keep(known);
  }

  forget(accountId: string): void {
    this.#accounts.delete(accountId);
  }

  get sizeBytes(): number {
    return this.#accounts.calculatedSize;
  }
}

function sizeOf({ index, timeline, pages }: KnownAccount): number {
  return accountBytes + index.sizeBytes + pages.sizeBytes + (timeline?.sizeBytes ?? 0);
}
