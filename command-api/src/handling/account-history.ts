import { type EventStore, StreamDamagedError } from '@ledger/shared/event-store/event-store';
import type { RecordedAccountEvent } from '@ledger/shared/events/account-event-json';
import { readAccount } from './account-stream.ts';
import type { FoundPage, FoundPages } from './pages/found-pages.ts';
import type { Timers } from './timers.ts';

/** Where in its stream an account is, and with which balance (in minor units) after that revision. */
export interface Reached {
  readonly accountId: string;
  readonly revision: number;
  readonly balance: bigint;
}

/** Many revisions at once, or the event at the next one. */
export type HistoryPart = FoundPage | RecordedAccountEvent;

/**
 * What came after a revision, in order: pages where there are any that hold, which may begin before it, and the account's own
 * events where there are none.
 * @param upTo the last revision that is wanted: no page goes beyond it
 * @throws StoreUnavailableError, UnreadableEventError, StreamDamagedError
 */
export async function* readHistory(
  { store, timers }: { readonly store: EventStore; readonly timers: Timers },
  found: FoundPages,
  { accountId, ...reached }: Reached,
  upTo = Number.POSITIVE_INFINITY,
): AsyncGenerator<HistoryPart> {
  let { revision, balance } = reached;
  while (revision < upTo) {
    // A page is some work: others have their turn in between.
    await timers.endOfTurn();
    const foundPage = found.pageAfter(revision, balance);
    if (foundPage) {
      yield foundPage;
      revision = foundPage.page.lastRevision;
      balance = foundPage.page.balance;
      continue;
    }
    const nextPage = found.nextStart(revision) ?? Number.POSITIVE_INFINITY;
    const most = Math.min(nextPage - 1, upTo) - revision;
    for await (const recorded of readAccount(
      store,
      accountId,
      revision + 1,
      Number.isFinite(most) ? most : undefined,
    )) {
      yield recorded;
      revision = recorded.revision;
      balance = recorded.context.account.balance;
    }
    if (nextPage > upTo || !Number.isFinite(nextPage)) return;
    if (revision + 1 < nextPage) throw new StreamDamagedError(`the stream of account ${accountId} ends at ${revision}`);
  }
}
