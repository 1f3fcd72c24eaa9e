import type { Instant } from '@ledger/shared/time';
import type { IdHash } from '../id-hash.ts';

/**
 * What is kept of each event of a page, 24 bytes an event, each number little-endian: 64 bits of the hash of its transaction
 * id, its effectiveAt (milliseconds, signed, 64 bits), and how it moved the balance (minor units, signed, 64 bits).
 */
export const entryBytes = 24;
const effectiveAtOffset = 8;
const deltaOffset = 16;

const wordSize = 2 ** 32;

/** One event, as a page keeps it. */
export interface PageEntry {
  readonly hash: IdHash;
  readonly effectiveAt: Instant;
  /** 0 for what does not move the balance. */
  readonly delta: bigint;
}

/** An opening has no transaction. */
export const openingEntry: PageEntry = { hash: { high: 0, low: 0 }, effectiveAt: 0, delta: 0n };

/** The entries of a page in their packed form. Reading one makes no object of it: there are millions. */
export class PageEntries {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  /** @param bytes whole entries; not copied */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get count(): number {
    return this.bytes.byteLength / entryBytes;
  }

  hashAt(place: number): IdHash {
    const offset = place * entryBytes;
    return { high: this.#view.getUint32(offset + 4, true), low: this.#view.getUint32(offset, true) };
  }

  effectiveAt(place: number): Instant {
    const offset = place * entryBytes + effectiveAtOffset;
    return this.#view.getInt32(offset + 4, true) * wordSize + this.#view.getUint32(offset, true);
  }

  delta(place: number): bigint {
    return this.#view.getBigInt64(place * entryBytes + deltaOffset, true);
  }

  /** By how much the entries from this place on moved the balance. */
  sumFrom(place: number): bigint {
    const view = this.#view;
    let high = 0;
    let low = 0;
    // In halves, as numbers that stay below 2^53: a bigint for each entry would be garbage.
    for (let at = place * entryBytes + deltaOffset; at < view.byteLength; at += entryBytes) {
      low += view.getUint32(at, true);
      high += view.getInt32(at + 4, true);
    }
    return BigInt(high) * BigInt(wordSize) + BigInt(low);
  }

  set(place: number, { hash, effectiveAt, delta }: PageEntry): void {
    const offset = place * entryBytes;
    this.#view.setUint32(offset, hash.low, true);
    this.#view.setUint32(offset + 4, hash.high, true);
    this.#view.setUint32(offset + effectiveAtOffset, effectiveAt, true);
    this.#view.setInt32(offset + effectiveAtOffset + 4, Math.floor(effectiveAt / wordSize), true);
    this.#view.setBigInt64(offset + deltaOffset, delta, true);
  }
}
