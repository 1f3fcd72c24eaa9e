import { deltaOf } from '@ledger/shared/events/account-events';
import { Timeline } from '../account/timeline.ts';
import type { StreamEvent } from './account-stream.ts';
import type { Page } from './pages/page.ts';
import type { Timers } from './timers.ts';

const leastRoom = 1_024;

/** The movements of an account as they are read, in order of revision, without an object for each. */
export class Movements {
  /** The last revision whose movement is among them. */
  reached = -1;
  #dates = new Float64Array(leastRoom);
  #deltas = new BigInt64Array(leastRoom);
  #count = 0;

  /** Adds the event at the next revision. */
  addEvent({ event, revision }: StreamEvent): void {
    this.#makeRoom(1);
    if (event.type !== 'AccountOpened') this.#add(event.effectiveAt, deltaOf(event));
    this.reached = revision;
  }

  /** Adds what a page holds of the revisions after the one that is reached. */
  addPage({ firstRevision, lastRevision, entries }: Page): void {
    this.#makeRoom(entries.count);
    for (let place = this.reached + 1 - firstRevision; place < entries.count; place++) {
      this.#add(entries.effectiveAt(place), entries.delta(place));
    }
    this.reached = lastRevision;
  }

  /** The timeline of what was added. Others have their turns while it is made. */
  toTimeline({ endOfTurn }: Timers): Promise<Timeline> {
    return Timeline.ofMany(this.#dates.subarray(0, this.#count), this.#deltas.subarray(0, this.#count), endOfTurn);
  }

  #add(at: number, delta: bigint): void {
    if (delta === 0n) return;
    this.#dates[this.#count] = at;
    this.#deltas[this.#count] = delta;
    this.#count += 1;
  }

  #makeRoom(more: number): void {
    if (this.#count + more <= this.#dates.length) return;
    const room = Math.max(2 * this.#dates.length, this.#count + more);
    const dates = new Float64Array(room);
    const deltas = new BigInt64Array(room);
    dates.set(this.#dates);
    deltas.set(this.#deltas);
    this.#dates = dates;
    this.#deltas = deltas;
  }
}
