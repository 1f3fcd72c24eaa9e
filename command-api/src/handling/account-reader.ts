import { type EventStore, StreamDamagedError } from '@ledger/shared/event-store/event-store';
import { deltaOf } from '@ledger/shared/events/account-events';
import { type Account, evolve } from '../account/account.ts';
import type { Timeline } from '../account/timeline.ts';
import { readHistory } from './account-history.ts';
import { readAccount, type StreamEvent } from './account-stream.ts';
import { hashOfId } from './id-hash.ts';
import type { Movements } from './movements.ts';
import { AccountPages } from './pages/account-pages.ts';
import { findPages } from './pages/find-pages.ts';
import type { FoundPage } from './pages/found-pages.ts';
import type { PageLimits } from './pages/page.ts';
import type { PageContext } from './pages/page-context.ts';
import { openingEntry } from './pages/page-entries.ts';
import { reportPages } from './pages/report-pages.ts';
import { TransactionIndex } from './transaction-index.ts';

/** An account as far as this process has read its stream. Changed only by what is known to be in the stream. */
export interface KnownAccount {
  account: Account;
  readonly index: TransactionIndex;
  /** Loaded by the first backdated command. */
  timeline: Timeline | undefined;
  /** What has to be written of its index pages. */
  readonly pages: AccountPages;
}

/** Accounts of fewer events are read at once, as they are; for those of more, it is asked whether there are pages. */
const firstReadEvents = 200;

/**
 * Reads an account: a short one's stream from its beginning; of a long one, its index pages, and its stream where they leave
 * something out.
 * @param movements gets all of the account's, in passing: for a timeline that may be needed next
 * @returns undefined where the account was never opened
 * @throws StoreUnavailableError, UnreadableEventError, StreamDamagedError
 */
export async function loadAccount(
  store: EventStore,
  accountId: string,
  context: PageContext,
  movements?: Movements,
): Promise<KnownAccount | undefined> {
  const { limits, longLoads } = context;
  // Less than a page, so that a page is never passed over.
  const most = Math.min(firstReadEvents, limits.eventsPerPage - 1);
  let known: KnownAccount | undefined;
  for await (const recorded of readAccount(store, accountId, 0, most)) {
    known = known ? takeIn(known, recorded) : takeInOpening(recorded, limits);
    movements?.addEvent(recorded);
  }
  const long = known?.account.revision === most - 1 ? known : undefined;
  if (long) await longLoads(() => readRest(store, long, context, movements));
  known?.pages.endLoad();
  return known;
}

async function readRest(
  store: EventStore,
  known: KnownAccount,
  context: PageContext,
  movements: Movements | undefined,
): Promise<void> {
  const { accountId } = known.account;
  const found = await findPages(store, accountId, context);
  known.pages.streamRevision = found.streamRevision;
  known.index.reserve(found.lastRevision);
  for await (const part of readHistory({ store, timers: context.timers }, found, known.account)) {
    if ('page' in part) {
      takeInPage(known, part);
      movements?.addPage(part.page);
    } else {
      takeIn(known, part);
      movements?.addEvent(part);
    }
  }
  reportPages(found, accountId, context);
}

/** Takes in what was added to the stream since. Answers whether anything was. */
export async function catchUp(store: EventStore, known: KnownAccount): Promise<boolean> {
  const { accountId, revision } = known.account;
  for await (const recorded of readAccount(store, accountId, revision + 1)) takeIn(known, recorded);
  return known.account.revision > revision;
}

/** Adds the next event of the stream to what is known. */
export function takeIn(known: KnownAccount, recorded: StreamEvent): KnownAccount {
  const { event, revision } = recorded;
  known.account = accountAfter(known.account, recorded);
  if (event.type === 'AccountOpened') return known;
  const hash = hashOfId(event.transactionId);
  known.index.add(hash, revision);
  known.pages.add(recorded, hash);
  const delta = deltaOf(event);
  if (known.timeline && delta !== 0n) known.timeline = known.timeline.add(event.effectiveAt, delta);
  return known;
}

/** An account whose stream has its opening only. */
export function openedAccount(opening: StreamEvent, limits: PageLimits): KnownAccount {
  const known = takeInOpening(opening, limits);
  known.pages.endLoad();
  return known;
}

function takeInOpening(recorded: StreamEvent, limits: PageLimits): KnownAccount {
  const account = accountAfter(undefined, recorded);
  const pages = new AccountPages(account.accountId, limits);
  pages.add(recorded, openingEntry.hash);
  return { account, index: new TransactionIndex(), timeline: undefined, pages };
}

/** @throws StreamDamagedError where the event leads to another balance than its context says */
function accountAfter(account: Account | undefined, { event, context, revision }: StreamEvent): Account {
  const after = evolve(account, event, context.recordedAt);
  if (after.balance !== context.account.balance) {
    throw new StreamDamagedError(
      `event ${revision} of account ${after.accountId} leads to another balance than it says`,
    );
  }
  return after;
}

/** Adds the revisions of a page that are not known yet. */
function takeInPage(known: KnownAccount, { page, lastEvent }: FoundPage): void {
  const { firstRevision, lastRevision, entries, balance } = page;
  for (let revision = known.account.revision + 1; revision <= lastRevision; revision++) {
    known.index.add(entries.hashAt(revision - firstRevision), revision);
  }
  const { recordedAt, account } = lastEvent.context;
  const { latestEffectiveAt } = account;
  known.account = { ...known.account, balance, latestEffectiveAt, recordedAt, revision: lastRevision };
  known.pages.addWritten(page);
}
