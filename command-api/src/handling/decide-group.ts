import { randomUUID } from 'node:crypto';
import { deltaOf } from '@ledger/shared/events/account-events';
import type { Instant } from '@ledger/shared/time';
import { type Account, evolve, latest } from '../account/account.ts';
import { askedOf } from '../account/commands.ts';
import {
  type DecisionState,
  decide,
  effectiveAtOf,
  isBackdated,
  type RecordedOutcome,
  type Rejection,
} from '../account/decide.ts';
import type { KnownAccount } from './account-reader.ts';
import type { StreamEvent } from './account-stream.ts';
import { hashOfId } from './id-hash.ts';
import type { Previewed } from './outcome.ts';
import type { Waiting } from './submission.ts';

/** What one append takes at most. */
export interface AppendLimits {
  readonly events: number;
  /** At least one event goes in, however large. */
  readonly bytes: number;
}

/** The store refuses 1 MiB, and drops slow live subscribers sooner. */
export const defaultAppendLimits: AppendLimits = { events: 100, bytes: 512 * 1024 };

/** What an event's JSON holds beside what its client sent. */
const eventOverheadBytes = 900;

export type Resolution =
  /** The event is in the draft, and is the answer once the draft has landed. */
  | { readonly kind: 'drafted'; readonly event: StreamEvent; readonly replayed: boolean }
  /** The event was in the stream before. */
  | { readonly kind: 'found'; readonly event: StreamEvent; readonly replayed: boolean }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  /** The event is in no draft. */
  | Previewed;

export interface GroupDecision {
  /** In the order of the group. */
  readonly resolved: readonly { readonly waiting: Waiting; readonly resolution: Resolution }[];
  /** To be appended, all or none, at the revision of the account that was decided on. */
  readonly drafted: readonly StreamEvent[];
  /** What did not fit into the append. */
  readonly rest: readonly Waiting[];
}

/**
 * Decides commands of one account one after another, each against the state that the ones before it lead to. Nothing that
 * is known of the account changes: the draft becomes truth only when its append has landed.
 * @param found the stream's events at every revision that the index knows for one of the commands' ids
 */
export function decideGroup(
  known: KnownAccount | undefined,
  found: ReadonlyMap<number, StreamEvent>,
  group: readonly Waiting[],
  now: Instant,
  limits: AppendLimits,
): GroupDecision {
  let account = known?.account;
  let timeline = known?.timeline;
  let bytes = 0;
  const drafted: StreamEvent[] = [];
  const draftedById = new Map<string, StreamEvent>();
  const resolved: { waiting: Waiting; resolution: Resolution }[] = [];

  for (const [at, waiting] of group.entries()) {
    const { command, sizeBytes } = waiting;
    const size = sizeBytes + eventOverheadBytes;
    if (drafted.length === limits.events || (drafted.length > 0 && bytes + size > limits.bytes)) {
      return { resolved, drafted, rest: group.slice(at) };
    }
    const inDraft = draftedById.get(command.transactionId);
    const inStream = foundEvent(known, found, command.transactionId);
    const state: DecisionState = { account, recorded: recordedOutcome(inDraft ?? inStream), timeline };
    const decision = decide(command, state, now);
    if (decision.kind === 'rejected') {
      resolved.push({ waiting, resolution: decision });
    } else if (decision.kind === 'replay') {
      resolved.push({ waiting, resolution: replay(waiting, inDraft, inStream) });
    } else if (waiting.isPreview) {
      resolved.push({ waiting, resolution: { kind: 'previewed', event: decision.event } });
    } else {
      if (!account) throw new Error('a command was accepted without an account');
      account = evolve(account, decision.event, now);
      const delta = deltaOf(decision.event);
      if (timeline && delta !== 0n) timeline = timeline.add(decision.event.effectiveAt, delta);
      const event = draftEvent(waiting, decision.event, account);
      drafted.push(event);
      draftedById.set(command.transactionId, event);
      bytes += size;
      resolved.push({ waiting, resolution: { kind: 'drafted', event, replayed: false } });
    }
  }
  return { resolved, drafted, rest: [] };
}

/** Whether any of the commands, in their order, may count from before what came before it. */
export function needsTimeline(account: Account, group: readonly Waiting[], now: Instant): boolean {
  let latestEffectiveAt = account.latestEffectiveAt;
  for (const { command } of group) {
    if (isBackdated(command, { ...account, latestEffectiveAt }, now)) return true;
    latestEffectiveAt = latest(latestEffectiveAt, effectiveAtOf(command, now));
  }
  return false;
}

/** The event under this very id: others' ids may have its hash. */
function foundEvent(
  known: KnownAccount | undefined,
  found: ReadonlyMap<number, StreamEvent>,
  transactionId: string,
): StreamEvent | undefined {
  for (const revision of known?.index.candidatesOf(hashOfId(transactionId)) ?? []) {
    const recorded = found.get(revision);
    if (!recorded) throw new Error(`event ${revision} of account ${known?.account.accountId} was not read`);
    if (recordedOutcome(recorded)?.event.transactionId === transactionId) return recorded;
  }
  return undefined;
}

function recordedOutcome(recorded: StreamEvent | undefined): RecordedOutcome | undefined {
  if (!recorded) return undefined;
  const { event, context } = recorded;
  if (event.type === 'AccountOpened') throw new Error('a transaction id leads to the opening of its account');
  return { event, asked: context.asked, decimals: context.account.decimals };
}

function replay(waiting: Waiting, inDraft: StreamEvent | undefined, inStream: StreamEvent | undefined): Resolution {
  if (inDraft) return { kind: 'drafted', event: inDraft, replayed: true };
  if (!inStream) throw new Error('a replay without a recorded outcome');
  return { kind: 'found', event: inStream, replayed: !waiting.sentIds.has(inStream.id) };
}

function draftEvent({ command, causation }: Waiting, event: StreamEvent['event'], after: Account): StreamEvent {
  const { balance, latestEffectiveAt, currency, decimals } = after;
  return {
    id: randomUUID(),
    event,
    revision: after.revision,
    context: {
      ...causation,
      recordedAt: after.recordedAt,
      asked: askedOf(command, currency),
      account: { balance, latestEffectiveAt, currency, decimals },
    },
  };
}
