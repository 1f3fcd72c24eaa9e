import { type EventStore, StreamDamagedError } from '@ledger/shared/event-store/event-store';
import type { Account } from '../account/account.ts';
import type { Timeline } from '../account/timeline.ts';
import { readHistory } from './account-history.ts';
import { Movements } from './movements.ts';
import { findPages } from './pages/find-pages.ts';
import { FoundPages } from './pages/found-pages.ts';
import type { PageContext } from './pages/page-context.ts';
import { reportPages } from './pages/report-pages.ts';
import type { Timers } from './timers.ts';

/**
 * The timeline of an account, up to and including the revision that is known. Its movements are read from its index pages, if
 * it is long, and from its stream where they leave something out.
 * @param read movements that were read with the account; they are enough where they reach its revision
 * @throws StoreUnavailableError, UnreadableEventError; StreamDamagedError where they don't lead to the account's balance
 */
export async function loadTimeline(
  store: EventStore,
  account: Account,
  context: PageContext,
  read?: Movements,
): Promise<Timeline> {
  const { limits, timers, longLoads } = context;
  // What was read already takes up memory for as long as it waits.
  if (read?.reached === account.revision) return timelineOf(read, account, timers);
  const isLong = account.revision + 1 > limits.longAccountEvents;
  const load = async () => timelineOf(await readMovements(store, account, context, isLong), account, timers);
  return isLong ? longLoads(load) : load();
}

async function timelineOf(
  movements: Movements,
  { accountId, revision, balance }: Account,
  timers: Timers,
): Promise<Timeline> {
  const timeline = await movements.toTimeline(timers);
  // The balance alone would not tell: what is missing may sum up to nothing.
  if (movements.reached !== revision || timeline.balance !== balance) {
    throw new StreamDamagedError(`the movements of account ${accountId} do not lead to its balance`);
  }
  return timeline;
}

async function readMovements(
  store: EventStore,
  { accountId, revision }: Account,
  context: PageContext,
  isLong: boolean,
): Promise<Movements> {
  const { limits, timers } = context;
  const found = isLong ? await findPages(store, accountId, context, revision) : new FoundPages(limits);
  const movements = new Movements();
  for await (const part of readHistory({ store, timers }, found, { accountId, revision: -1, balance: 0n }, revision)) {
    if ('page' in part) movements.addPage(part.page);
    else movements.addEvent(part);
  }
  reportPages(found, accountId, context);
  return movements;
}
