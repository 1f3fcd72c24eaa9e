import { type EventStore, StreamDamagedError } from '@ledger/shared/event-store/event-store';
import { pagesStream } from '@ledger/shared/events/streams';
import { readRevisions } from '../account-stream.ts';
import { FoundPages } from './found-pages.ts';
import type { PageContext } from './page-context.ts';
import { readPage } from './page-event.ts';

/**
 * Reads the pages of an account from the store, and the account's own events that they end with.
 * @param upTo the last revision that is of interest
 * @throws StoreUnavailableError; UnreadableEventError, StreamDamagedError where the account's own stream is damaged
 */
export async function findPages(
  store: EventStore,
  accountId: string,
  { limits, log }: PageContext,
  upTo = Number.POSITIVE_INFINITY,
): Promise<FoundPages> {
  const found = new FoundPages(limits);
  try {
    for await (const recorded of store.readForwards(pagesStream(accountId), 0)) {
      found.streamRevision = recorded.revision;
      const read = readPage(recorded, accountId, limits);
      if (read.kind === 'fault') found.addFault(read.fault);
      else if (read.kind === 'page' && read.page.lastRevision <= upTo) found.add(read.page, read.sha256);
    }
  } catch (error) {
    if (!(error instanceof StreamDamagedError)) throw error;
    // Nothing is lost with it: the account's own stream is the truth.
    log.warn({ error, accountId }, 'the stream of index pages is damaged');
  }
  found.confirm(await readRevisions(store, accountId, found.lastRevisions()));
  return found;
}
