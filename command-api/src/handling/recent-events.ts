import { LRUCache } from 'lru-cache';
import type { StreamEvent } from './account-stream.ts';

/** What an event takes in memory beside the texts of its client: measured on Node 20. */
const eventBytes = 1_600;

/**
 * The events that this process appended last, for retries mostly come soon: a replay of one of them costs no read of the
 * store. Only what an append was acknowledged with is kept, and what is in a stream never changes.
 */
export class RecentEvents {
  readonly #events: LRUCache<string, StreamEvent> | undefined;

  /** @param maxBytes 0: none are kept */
  constructor(maxBytes: number) {
    if (maxBytes > 0) this.#events = new LRUCache({ maxSize: maxBytes, sizeCalculation: sizeOf });
  }

  get(accountId: string, revision: number): StreamEvent | undefined {
    return this.#events?.get(keyOf(accountId, revision));
  }

  keep(accountId: string, event: StreamEvent): void {
    this.#events?.set(keyOf(accountId, event.revision), event);
  }

  /** Where a stream turned out to be another than the one that was appended to. */
  clear(): void {
    this.#events?.clear();
  }

  get sizeBytes(): number {
    return this.#events?.calculatedSize ?? 0;
  }
}

function keyOf(accountId: string, revision: number): string {
  return `${accountId}/${revision}`;
}

function sizeOf({ event }: StreamEvent): number {
  if (event.type === 'AccountOpened') return eventBytes;
  const metadata = Object.entries(event.metadata).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  return eventBytes + 2 * (event.description.length + metadata);
}
