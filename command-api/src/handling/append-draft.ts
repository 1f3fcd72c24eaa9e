import {
  type Appended,
  type EventStore,
  StoreUnavailableError,
  WrongRevisionError,
} from '@ledger/shared/event-store/event-store';
import { toJsonEvent } from '@ledger/shared/events/account-event-json';
import { accountStream } from '@ledger/shared/events/streams';
import type { AccountCache } from './account-cache.ts';
import { catchUp, type KnownAccount, takeIn } from './account-reader.ts';
import { appendUntilKnown } from './append.ts';
import type { Contention } from './contention.ts';
import type { GroupDecision } from './decide-group.ts';
import { hashOfId } from './id-hash.ts';
import type { RecentEvents } from './recent-events.ts';
import type { Waiting } from './submission.ts';
import type { Timers } from './timers.ts';

export interface AppendDependencies {
  readonly store: EventStore;
  readonly cache: AccountCache;
  readonly recent: RecentEvents;
  readonly timers: Timers;
  readonly contention: Contention;
  /** Told the number of events of each append that landed. */
  readonly onAppended: (events: number) => void;
  /** Told the number of events of each append that came too late: the stream had moved on. */
  readonly onOutrun: (events: number) => void;
}

/**
 * Takes in what was added to the stream since; answers whether anything was. Each append is at an exact revision, all or
 * none: once the stream has gone on beyond it, what was sent is in it, or never can be.
 */
export async function readOn(
  { store, timers, contention }: Pick<AppendDependencies, 'store' | 'timers' | 'contention'>,
  known: KnownAccount,
  group: readonly Waiting[],
): Promise<boolean> {
  const beganMs = timers.now();
  if (!(await catchUp(store, known))) return false;
  contention.othersMet(known.account.accountId, timers.now() - beganMs);
  for (const waiting of group) {
    if (waiting.stage !== 'sent' || waiting.sentAt >= known.account.revision) continue;
    if (known.index.candidatesOf(hashOfId(waiting.command.transactionId)).length === 0) waiting.stage = 'outrun';
  }
  return true;
}

/** Answers whether the draft has landed; where it has not, what is known of the account is put right. */
export async function appendDraft(
  dependencies: AppendDependencies,
  known: KnownAccount,
  { resolved, drafted }: GroupDecision,
  group: readonly Waiting[],
): Promise<boolean> {
  const { cache, recent, onAppended, onOutrun } = dependencies;
  const { accountId, revision } = known.account;
  let deadline = 0;
  for (const { waiting, resolution } of resolved) {
    if (resolution.kind !== 'drafted') continue;
    deadline = Math.max(deadline, waiting.deadline);
    waiting.stage = 'sent';
    waiting.sentAt = Math.max(waiting.sentAt, revision);
    if (!resolution.replayed) waiting.sentIds.add(resolution.event.id);
  }
  const events = drafted.map(({ id, event, context }) => toJsonEvent(id, event, context));
  let appended: Appended;
  try {
    appended = await appendUntilKnown(dependencies, accountStream(accountId), events, revision, deadline);
  } catch (error) {
    if (!(error instanceof WrongRevisionError)) throw error;
    onOutrun(drafted.length);
    // Others' events came before these, or these themselves did by an earlier attempt.
    if (await readOn(dependencies, known, group)) return false;
    cache.forget(accountId);
    recent.clear();
    throw new StoreUnavailableError(`${accountId} is said to be elsewhere than at ${revision}, where it ends`);
  }
  if (appended.revision !== revision + drafted.length) {
    cache.forget(accountId);
    recent.clear();
    throw new StoreUnavailableError(`${accountId}: an append at ${revision} is said to end at ${appended.revision}`);
  }
  onAppended(drafted.length);
  for (const event of drafted) takeIn(known, event);
  for (const event of drafted) recent.keep(accountId, event);
  return true;
}
