import { type EventStore, StreamDamagedError } from '@ledger/shared/event-store/event-store';
import { deltaOf } from '@ledger/shared/events/account-events';
import type { Instant } from '@ledger/shared/time';
import type { Account } from '../account/account.ts';
import { Timeline } from '../account/timeline.ts';
import { readHistory } from './account-history.ts';
import { findPages } from './pages/find-pages.ts';
import { FoundPages } from './pages/found-pages.ts';
import type { PageContext } from './pages/page-context.ts';
import { reportPages } from './pages/report-pages.ts';

/**
 * Reads the movements of an account, up to and including the revision that is known: from its index pages, if it is long, and
 * from its stream where they leave something out.
 * @throws StoreUnavailableError, UnreadableEventError; StreamDamagedError where they don't lead to the account's balance
 */
export async function loadTimeline(store: EventStore, account: Account, context: PageContext): Promise<Timeline> {
  const { accountId, revision, balance } = account;
  const { limits, timers } = context;
  const isLong = revision + 1 > limits.longAccountEvents;
  const found = isLong ? await findPages(store, accountId, context, revision) : new FoundPages(limits);
  const movements = new Movements(revision);
  let reached = -1;
  for await (const part of readHistory({ store, timers }, found, { accountId, revision: -1, balance: 0n }, revision)) {
    if ('page' in part) {
      const { entries, lastRevision } = part.page;
      for (let place = 0; place < entries.count; place++)
        movements.add(entries.effectiveAt(place), entries.delta(place));
      reached = lastRevision;
    } else {
      const { event } = part;
      if (event.type !== 'AccountOpened') movements.add(event.effectiveAt, deltaOf(event));
      reached = part.revision;
    }
  }
  reportPages(found, accountId, context);
  const timeline = movements.toTimeline();
  // The balance alone would not tell: what is missing may sum up to nothing.
  if (reached !== revision || timeline.balance !== balance) {
    throw new StreamDamagedError(`the movements of account ${accountId} do not lead to its balance`);
  }
  return timeline;
}

/** Movements in any order, without an object for each. */
class Movements {
  readonly #dates: Float64Array;
  readonly #deltas: BigInt64Array;
  #count = 0;

  constructor(most: number) {
    this.#dates = new Float64Array(most);
    this.#deltas = new BigInt64Array(most);
  }

  add(at: Instant, delta: bigint): void {
    if (delta === 0n) return;
    this.#dates[this.#count] = at;
    this.#deltas[this.#count] = delta;
    this.#count += 1;
  }

  toTimeline(): Timeline {
    return Timeline.of(this.#dates.subarray(0, this.#count), this.#deltas.subarray(0, this.#count));
  }
}
