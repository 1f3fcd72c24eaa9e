import type { IdHash } from './id-hash.ts';

/** Hashes of the first chunk. An array of up to 64 bytes lies within the heap, without a buffer beside it. */
const smallestChunk = 8;
/** Hashes of each chunk beyond this place. Up to it a chunk is as large as all before it. */
const largestChunk = 1024;

/** What an array takes beside its bytes, and what the list takes beside its chunks: measured on Node 20. */
export const arrayBytes = 200;
const listBytes = 120;

/** 64-bit hashes by place, in chunks that never move: growing copies nothing, and a short list costs little. */
export class HashList {
  /** The low half of each hash, and its high half behind it. */
  readonly #chunks: Uint32Array[] = [];
  #length = 0;
  #sizeBytes = listBytes;

  push({ high, low }: IdHash): void {
    const place = this.#length++;
    const at = chunkOf(place);
    let chunk = this.#chunks[at];
    if (!chunk) {
      chunk = new Uint32Array(2 * hashesIn(at));
      this.#chunks.push(chunk);
      this.#sizeBytes += arrayBytes + chunk.byteLength;
    }
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
}

function chunkOf(place: number): number {
  return place < largestChunk ? doublings(place) : doublings(largestChunk - 1) + Math.floor(place / largestChunk);
}

/** How often a list of the smallest chunk has doubled when it reaches this place. */
function doublings(place: number): number {
  return 32 - Math.clz32(place / smallestChunk);
}

function hashesIn(chunk: number): number {
  return chunk === 0 ? smallestChunk : Math.min(smallestChunk * 2 ** (chunk - 1), largestChunk);
}

/** Where the two halves of a hash begin in its chunk. */
function withinChunk(place: number): number {
  if (place >= largestChunk) return 2 * (place % largestChunk);
  return place < smallestChunk ? 2 * place : 2 * (place - 2 ** (31 - Math.clz32(place)));
}
