import { type EventStore, StreamDamagedError } from '@ledger/shared/event-store/event-store';
import { deltaOf } from '@ledger/shared/events/account-events';
import { type Account, evolve } from '../account/account.ts';
import { Timeline } from '../account/timeline.ts';
import { readAccount, type StreamEvent } from './account-stream.ts';
import { hashOfId } from './id-hash.ts';
import { TransactionIndex } from './transaction-index.ts';

/** An account as far as this process has read its stream. Changed only by what is known to be in the stream. */
export interface KnownAccount {
  account: Account;
  readonly index: TransactionIndex;
  /** Loaded by the first backdated command. */
  timeline: Timeline | undefined;
}

/**
 * Reads an account's stream from its beginning.
 * @returns undefined where the account was never opened
 * @throws StoreUnavailableError, UnreadableEventError, StreamDamagedError
 */
export async function loadAccount(store: EventStore, accountId: string): Promise<KnownAccount | undefined> {
  let known: KnownAccount | undefined;
  for await (const recorded of readAccount(store, accountId, 0)) known = takeIn(known, recorded);
  return known;
}

/** Takes in what was added to the stream since. Answers whether anything was. */
export async function catchUp(store: EventStore, known: KnownAccount): Promise<boolean> {
  const { accountId, revision } = known.account;
  for await (const recorded of readAccount(store, accountId, revision + 1)) takeIn(known, recorded);
  return known.account.revision > revision;
}

/** Adds the next event of the stream to what is known. */
export function takeIn(known: KnownAccount | undefined, recorded: StreamEvent): KnownAccount {
  const { event, context, revision } = recorded;
  const account = evolve(known?.account, event, context.recordedAt);
  if (account.balance !== context.account.balance) {
    throw new StreamDamagedError(
      `event ${revision} of account ${account.accountId} leads to another balance than it says`,
    );
  }
  const next = known ?? { account, index: new TransactionIndex(), timeline: undefined };
  next.account = account;
  if (event.type === 'AccountOpened') return next;
  next.index.add(hashOfId(event.transactionId), revision);
  const delta = deltaOf(event);
  if (next.timeline && delta !== 0n) next.timeline = next.timeline.add(event.effectiveAt, delta);
  return next;
}

/**
 * Reads the movements of an account, up to and including the revision that is known.
 * @throws StoreUnavailableError, UnreadableEventError; StreamDamagedError where they don't lead to the account's balance
 */
export async function loadTimeline(store: EventStore, { accountId, revision, balance }: Account): Promise<Timeline> {
  let timeline = Timeline.empty;
  let reached = -1;
  for await (const { event, revision: at } of readAccount(store, accountId, 0, revision + 1)) {
    reached = at;
    const delta = deltaOf(event);
    if (event.type !== 'AccountOpened' && delta !== 0n) timeline = timeline.add(event.effectiveAt, delta);
  }
  // The balance alone would not tell: what is missing may sum up to nothing.
  if (reached !== revision || timeline.balance !== balance) {
    throw new StreamDamagedError(`the movements of account ${accountId} do not lead to its balance`);
  }
  return timeline;
}
