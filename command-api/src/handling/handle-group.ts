import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type EventStore,
  OutcomeUnknownError,
  StoreUnavailableError,
  WrongRevisionError,
} from '@ledger/shared/event-store/event-store';
import { toJsonEvent } from '@ledger/shared/events/account-event-json';
import { accountStream } from '@ledger/shared/events/streams';
import type { Instant } from '@ledger/shared/time';
import type { AccountCache } from './account-cache.ts';
import {
  catchUp,
  type KnownAccount,
  loadAccount,
  loadTimeline,
  readRevisions,
  type StreamEvent,
  takeIn,
} from './account-reader.ts';
import { appendUntilKnown } from './append.ts';
import { decideGroup, type GroupDecision, needsTimeline, type Resolution } from './decide-group.ts';
import type { Outcome } from './outcome.ts';
import type { StoreClock } from './store-clock.ts';
import { leaveUnsettled, type Waiting } from './submission.ts';

export interface GroupDependencies {
  readonly store: EventStore;
  readonly cache: AccountCache;
  readonly clock: StoreClock;
  /** Told the number of events of each append that landed. */
  readonly onAppended: (events: number) => void;
}

const retryPauseMs = 100;

/**
 * Decides commands of one account and appends what they lead to, in one append, at the revision that they were decided
 * on. Where the stream has moved on meanwhile, what landed is read and the others are decided again, until the first
 * command's deadline. Every command is settled, but for those that are answered: they did not fit and come next.
 * @throws what no retry helps against (a damaged stream, an unreadable event); nothing is settled then
 */
export async function handleGroup(
  dependencies: GroupDependencies,
  accountId: string,
  group: readonly Waiting[],
): Promise<readonly Waiting[]> {
  const deadline = group[0]?.deadline ?? 0;
  for (let readOn = false; ; readOn = true) {
    try {
      const open = group.filter(notBroken);
      return open.length > 0 ? await decideAndAppend(dependencies, accountId, open, deadline, readOn) : [];
    } catch (error) {
      if (error instanceof WrongRevisionError && performance.now() < deadline) continue;
      const passing = error instanceof StoreUnavailableError || error instanceof OutcomeUnknownError;
      if (!passing && !(error instanceof WrongRevisionError)) throw error;
      if (performance.now() + retryPauseMs < deadline) {
        await delay(retryPauseMs);
        continue;
      }
      for (const waiting of group) leaveUnsettled(waiting, 'service-unavailable');
      return [];
    }
  }
}

/** Settles and leaves out a command that must not be decided because an earlier one of its request has no outcome. */
function notBroken(waiting: Waiting): boolean {
  if (!waiting.sequence?.broken) return true;
  waiting.settle({ kind: 'unsettled', reason: 'not-attempted' });
  return false;
}

async function decideAndAppend(
  { store, cache, clock, onAppended }: GroupDependencies,
  accountId: string,
  group: readonly Waiting[],
  deadline: number,
  readOn: boolean,
): Promise<readonly Waiting[]> {
  const { known, upToDate } = await readAccountState(store, cache, accountId, readOn);
  const found = await readOutcomes(store, known, group);
  const now = decisionTime(clock, known);
  if (known && !known.timeline && needsTimeline(known.account, group, now)) {
    known.timeline = await loadTimeline(store, known.account);
  }
  const decision = decideGroup(known, found, group, now);
  if (known && decision.drafted.length > 0) {
    await appendDraft(store, cache, known, decision, deadline);
    onAppended(decision.drafted.length);
  } else if (known && !upToDate && dependsOnNewest(decision) && (await catchUp(store, known))) {
    throw new WrongRevisionError('the account has moved on since it was read');
  }
  if (known) cache.keep(known);
  for (const { waiting, resolution } of decision.resolved) waiting.settle(outcomeOf(resolution));
  return decision.rest;
}

async function readAccountState(store: EventStore, cache: AccountCache, accountId: string, readOn: boolean) {
  const cached = cache.get(accountId);
  if (cached && readOn) await catchUp(store, cached);
  const known = cached ?? (await loadAccount(store, accountId));
  if (known) cache.keep(known);
  return { known, upToDate: readOn || !cached };
}

async function readOutcomes(store: EventStore, known: KnownAccount | undefined, group: readonly Waiting[]) {
  if (!known) return new Map<number, StreamEvent>();
  const revisions = group.flatMap(({ command }) => known.index.revisionOf(command.transactionId) ?? []);
  return readRevisions(store, known.account.accountId, revisions);
}

/** recordedAt of what is decided now: the store's clock, but never before the account's newest event. */
function decisionTime(clock: StoreClock, known: KnownAccount | undefined): Instant {
  const now = clock.now();
  if (now === undefined) throw new StoreUnavailableError('the event store’s clock is not known yet');
  return known ? Math.max(now, known.account.recordedAt) : now;
}

/**
 * Whether an answer without an append rests on what another process may have changed: each rejection does (that process
 * may have recorded the transaction id by now), but for the one that rests on the recorded id itself.
 */
function dependsOnNewest({ resolved }: GroupDecision): boolean {
  return resolved.some(
    ({ resolution }) => resolution.kind === 'rejected' && resolution.rejection.rule !== 'transaction-id-reused',
  );
}

async function appendDraft(
  store: EventStore,
  cache: AccountCache,
  known: KnownAccount,
  { resolved, drafted }: GroupDecision,
  deadline: number,
): Promise<void> {
  const { accountId, revision } = known.account;
  if (performance.now() >= deadline) throw new StoreUnavailableError(`${accountId} took too long to read`);
  for (const { waiting, resolution } of resolved) {
    if (resolution.kind === 'drafted' && !resolution.replayed) waiting.sentIds.add(resolution.event.id);
  }
  const events = drafted.map(({ id, event, context }) => toJsonEvent(id, event, context));
  const appended = await appendUntilKnown(store, accountStream(accountId), events, revision, deadline);
  if (appended.revision !== revision + drafted.length) {
    cache.forget(accountId);
    throw new WrongRevisionError(`${accountId}: the append was answered with revision ${appended.revision}`);
  }
  for (const event of drafted) takeIn(known, event);
}

function outcomeOf(resolution: Resolution): Outcome {
  if (resolution.kind === 'rejected') return resolution;
  const { event, context, revision } = resolution.event;
  if (event.type === 'AccountOpened') throw new Error('a transaction was answered with the opening of its account');
  const { decimals } = context.account;
  return {
    kind: 'recorded',
    transaction: { event, decimals, revision, recordedAt: context.recordedAt },
    replayed: resolution.replayed,
  };
}
