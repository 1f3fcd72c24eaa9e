import type { IdHash } from './id-hash.ts';

const hashesInChunk = 1024;
/** Of the first chunk. An array of up to 64 bytes lies within the heap, without a buffer beside it. */
const firstHashes = 8;

/** What an array takes beside its bytes, and what the list takes beside its chunks: measured on Node 20. */
export const arrayBytes = 200;
const listBytes = 120;

/**
 * 64-bit hashes by place, in chunks: growing copies none but those of the first, which is small as long as the list is short.
 */
export class HashList {
  /** The low half of each hash, and its high half behind it. */
  readonly #chunks: Uint32Array[] = [];
  #length = 0;
  #sizeBytes = listBytes;

  push({ high, low }: IdHash): void {
    const place = this.#length++;
    const chunk = this.#chunkWithRoom(place);
    const within = withinChunk(place);
    chunk[within] = low;
    chunk[within + 1] = high;
  }

  /** 0 where the list is not that long. */
  lowAt(place: number): number {
    return this.#chunks[chunkOf(place)]?.[withinChunk(place)] ?? 0;
  }

  /** 0 where the list is not that long. */
  highAt(place: number): number {
    return this.#chunks[chunkOf(place)]?.[withinChunk(place) + 1] ?? 0;
  }

  /** Visits all hashes in order of place, faster than place by place. */
  forEach(visit: (high: number, low: number, place: number) => void): void {
    let place = 0;
    for (const chunk of this.#chunks) {
      for (let within = 0; within < chunk.length && place < this.#length; within += 2) {
        visit(chunk[within + 1] ?? 0, chunk[within] ?? 0, place++);
      }
    }
  }

  get length(): number {
    return this.#length;
  }

  /** What the list takes in memory. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  #chunkWithRoom(place: number): Uint32Array {
    const at = chunkOf(place);
    const chunk = this.#chunks[at];
    if (chunk && withinChunk(place) < chunk.length) return chunk;
    const larger = new Uint32Array(chunk ? 2 * chunk.length : 2 * (at === 0 ? firstHashes : hashesInChunk));
    if (chunk) larger.set(chunk);
    this.#chunks[at] = larger;
    this.#sizeBytes += chunk ? larger.byteLength - chunk.byteLength : arrayBytes + larger.byteLength;
    return larger;
  }
}

function chunkOf(place: number): number {
  return Math.floor(place / hashesInChunk);
}

/** Where the two halves of a hash begin in its chunk. */
function withinChunk(place: number): number {
  return 2 * (place % hashesInChunk);
}
