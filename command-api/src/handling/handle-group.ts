import { OutcomeUnknownError, StoreUnavailableError } from '@ledger/shared/event-store/event-store';
import type { Instant } from '@ledger/shared/time';
import { type KnownAccount, loadAccount } from './account-reader.ts';
import { readRevisions, type StreamEvent } from './account-stream.ts';
import { type AppendDependencies, appendDraft, readOn } from './append-draft.ts';
import { type AppendLimits, decideGroup, type GroupDecision, needsTimeline, type Resolution } from './decide-group.ts';
import { hashOfId } from './id-hash.ts';
import { loadTimeline } from './load-timeline.ts';
import { Movements } from './movements.ts';
import type { Outcome, Previewed } from './outcome.ts';
import type { PageContext } from './pages/page-context.ts';
import type { PageWriter } from './pages/page-writer.ts';
import type { StoreClock } from './store-clock.ts';
import { isToBeDecided, type Waiting } from './submission.ts';

export interface GroupDependencies extends AppendDependencies {
  readonly clock: StoreClock;
  readonly appendLimits: AppendLimits;
  readonly pages: PageContext;
  readonly pageWriter: PageWriter;
}

const retryPauseMs = 100;

/**
 * Decides commands of one account and appends what they lead to, in one append, at the revision that they were decided on.
 * @returns what comes next, in its order, before all that has come meanwhile: what did not fit; or everything, where the
 * stream has moved on or the store can't be reached. A command that is answered here is settled, one that is not has its
 * deadline.
 * @throws what no retry helps against (a damaged stream, an unreadable event); nothing that is new was settled then
 */
export async function handleGroup(
  dependencies: GroupDependencies,
  accountId: string,
  group: readonly Waiting[],
): Promise<readonly Waiting[]> {
  const open = group.filter(isToBeDecided);
  if (open.length === 0) return [];
  for (const waiting of open) if (waiting.stage === 'queued') waiting.stage = 'handled';
  try {
    return await decideAndAppend(dependencies, accountId, open);
  } catch (error) {
    if (!(error instanceof StoreUnavailableError || error instanceof OutcomeUnknownError)) throw error;
    await dependencies.timers.pause(retryPauseMs);
    return open;
  }
}

async function decideAndAppend(
  dependencies: GroupDependencies,
  accountId: string,
  group: readonly Waiting[],
): Promise<readonly Waiting[]> {
  const { store, cache, clock, timers, contention, appendLimits } = dependencies;
  const cached = cache.get(accountId);
  const movements = mayNeedTimeline(group) ? new Movements() : undefined;
  const known = cached ?? (await loadAccount(store, accountId, dependencies.pages, movements));
  if (known) keep(dependencies, known);
  if (cached && contention.givesWay(accountId)) {
    const isMet = await readOn(dependencies, cached, group);
    if (!isMet && contention.nobodyMet(accountId)) return group;
  }
  const beganMs = timers.now();
  for (let isConfirmed = !cached; ; isConfirmed = true) {
    const found = await outcomesOf(
      dependencies,
      known,
      group.filter((waiting) => waiting.isOpen()),
    );
    const now = decisionTime(clock, known);
    if (known && !known.timeline && needsTimeline(known.account, group, now)) {
      known.timeline = await loadTimeline(store, known.account, dependencies.pages, movements);
    }
    // Reading took time: what has ended meanwhile must not be sent any more.
    const decision = decideGroup(known, found, group.filter(isToBeDecided), now, appendLimits);
    // What is in the stream already does not wait for what may yet come into it.
    for (const { waiting, resolution } of decision.resolved) {
      if (resolution.kind === 'found') waiting.settle(outcomeOf(resolution));
    }
    if (known && decision.drafted.length > 0) {
      if (!(await appendDraft(dependencies, known, decision, group))) return group;
      contention.landed(accountId, known, timers.now() - beganMs);
    } else if (known && !isConfirmed && dependsOnNewest(decision) && (await readOn(dependencies, known, group))) {
      continue;
    }
    if (known) keep(dependencies, known);
    for (const { waiting, resolution } of decision.resolved) waiting.settle(outcomeOf(resolution));
    return decision.rest;
  }
}

/** Whether any of the commands has a date: whether it is backdated shows only when its account is known. */
function mayNeedTimeline(group: readonly Waiting[]): boolean {
  return group.some(({ command }) => command.effectiveAt !== undefined);
}

/** Keeps what is known now of an account; its index pages that are complete with it are written later. */
function keep({ cache, pageWriter }: GroupDependencies, known: KnownAccount): void {
  pageWriter.write(known.pages);
  cache.keep(known);
}

/** The events that the commands' transaction ids may stand for, by revision. */
async function outcomesOf(
  { store, recent }: GroupDependencies,
  known: KnownAccount | undefined,
  group: readonly Waiting[],
): Promise<ReadonlyMap<number, StreamEvent>> {
  const found = new Map<number, StreamEvent>();
  if (!known) return found;
  const { accountId } = known.account;
  const unread: number[] = [];
  for (const { command } of group) {
    for (const revision of known.index.candidatesOf(hashOfId(command.transactionId))) {
      const event = recent.get(accountId, revision, command.transactionId);
      if (event) found.set(revision, event);
      else unread.push(revision);
    }
  }
  const read = await readRevisions(store, accountId, unread);
  for (const revision of unread) {
    const event = read.get(revision);
    if (!event) throw new StoreUnavailableError(`a read of ${accountId} ended before event ${revision}`);
    found.set(revision, event);
  }
  return found;
}

/** recordedAt of what is decided now: the store's clock, but never before the account's newest event. */
function decisionTime(clock: StoreClock, known: KnownAccount | undefined): Instant {
  const now = clock.now();
  if (now === undefined) throw new StoreUnavailableError('the event store’s clock is not known yet');
  return known ? Math.max(now, known.account.recordedAt) : now;
}

/**
 * Whether an answer without an append rests on what another process may have changed: each preview does, and each rejection
 * (that process may have recorded the transaction id by now), but for the one that rests on the recorded id itself.
 */
function dependsOnNewest({ resolved }: GroupDecision): boolean {
  return resolved.some(
    ({ resolution }) =>
      resolution.kind === 'previewed' ||
      (resolution.kind === 'rejected' && resolution.rejection.rule !== 'transaction-id-reused'),
  );
}

function outcomeOf(resolution: Resolution): Outcome | Previewed {
  if (resolution.kind === 'rejected' || resolution.kind === 'previewed') return resolution;
  const { event, context, revision } = resolution.event;
  if (event.type === 'AccountOpened') throw new Error('a transaction was answered with the opening of its account');
  const { decimals } = context.account;
  return {
    kind: 'recorded',
    transaction: { event, decimals, revision, recordedAt: context.recordedAt },
    replayed: resolution.replayed,
  };
}
