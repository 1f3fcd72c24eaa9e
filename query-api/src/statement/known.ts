import type { DatedLine, Nodes, TreeNode } from '@ledger/shared/dated-tree/dated-tree';
import { emptyTree } from '@ledger/shared/dated-tree/merge-lines';
import { storedNodes } from '@ledger/shared/dated-tree/stored-nodes';
import { Problem } from '@ledger/shared/problems';
import { earliestInstant, type Instant, latestInstant } from '@ledger/shared/time';
import { readNewest } from '../consistency/newest-event.ts';
import { readTail } from '../consistency/stream-tail.ts';
import { suffices, type Wanted } from '../consistency/wanted.ts';
import type { ReadSide } from '../read-side.ts';
import { type Outcome, outcomeOf } from '../transaction/outcome.ts';
import { type Moment, readHistory, type StoredHistory, summedLines } from './history.ts';
import type { Known } from './places.ts';

/** What was known of an account at a moment: as PostgreSQL has it, and what the event store has beyond. */
export interface KnownAccount extends Known {
  readonly currency: string;
  readonly decimals: number;
  /** Of the read model; null where it has nothing of the account. */
  readonly generation: number | null;
  /** No later event can be of this moment. */
  readonly final: boolean;
  readonly unprojected: ReadonlyMap<number, Outcome>;
}

export interface KnownUntil {
  /** As known then; undefined: now. */
  readonly knownAt: Instant | undefined;
  /** The moment itself, where an earlier page was of it. */
  readonly pinned: Moment | undefined;
}

/** @throws Problem account-not-found, and those of a read that waits. */
export async function readKnown(
  side: ReadSide,
  accountId: string,
  until: KnownUntil,
  asked: Wanted,
): Promise<KnownAccount> {
  const { knownAt = latestInstant, pinned } = until;
  const wanted = pinned ? { strong: false, minRevision: pinned.revision } : asked;
  const latest = pinned ?? { recordedAt: knownAt, revision: Number.MAX_SAFE_INTEGER };
  const stored = await readHistory(side.pool, accountId, latest);
  // Nothing that is still to come can have been known then.
  const isPast = stored !== undefined && knownAt < stored.projected.recordedAt;
  const isEnough = isPast || suffices(wanted, stored?.projected.revision);
  const { currency, decimals, newest, added } = isEnough
    ? asStored(stored)
    : await withTail(side, accountId, wanted, stored, pinned?.revision);

  const outcomes = added.filter(({ recordedAt, revision }) => recordedAt <= knownAt && revision <= latest.revision);
  const newestOutcome = outcomes.at(-1) ?? stored?.newestOutcome ?? { recordedAt: knownAt, revision: 0 };
  const { recordedAt, revision } = pinned ?? (until.knownAt === undefined ? newest : newestOutcome);
  const lines = outcomes.map(lineOf);
  return {
    accountId,
    currency,
    decimals,
    generation: stored?.generation ?? null,
    upTo: { recordedAt, revision },
    final: knownAt < newest.recordedAt,
    stored: stored?.newestOutcome ?? null,
    root: stored?.root ?? emptyTree,
    nodes: remembered(storedNodes(side.pool, 'balance_history_nodes')),
    tail: summedLines([...(stored?.tail ?? []), ...lines.filter(({ delta }) => delta !== 0n)]),
    tailRefusals: summedLines(lines.filter(({ delta }) => delta === 0n)).lines,
    unprojected: new Map(outcomes.map((outcome) => [outcome.revision, outcome])),
  };
}

interface Newest {
  readonly currency: string;
  readonly decimals: number;
  /** The account's newest event. */
  readonly newest: Moment;
  /** Outcomes that are not projected, in the order recorded. */
  readonly added: readonly Outcome[];
}

function asStored(stored: StoredHistory | undefined): Newest {
  if (!stored) throw new Problem('account-not-found', 'no account with this id is projected');
  const { currency, decimals, projected } = stored;
  return { currency, decimals, newest: projected, added: [] };
}

async function withTail(
  side: ReadSide,
  accountId: string,
  wanted: Wanted,
  stored: StoredHistory | undefined,
  upTo: number | undefined,
): Promise<Newest> {
  if (wanted.minRevision !== undefined) await readNewest(side, accountId, wanted);
  const { events, account, revision } = await readTail(side, accountId, stored?.projected.revision, upTo);
  const { currency, decimals } = account;
  const recordedAt = events.at(-1)?.context.recordedAt ?? stored?.projected.recordedAt ?? earliestInstant;
  const added = events.flatMap((event) => outcomeOf(event) ?? []);
  return { currency, decimals, newest: { recordedAt, revision }, added };
}

function lineOf({ effectiveAt, recordedAt, revision, type, amount, refusal }: Outcome): DatedLine {
  const change = type === 'deposit' ? amount : -amount;
  return { effectiveAt, recordedAt, revision, delta: refusal ? 0n : change };
}

/** The nodes that a page needs for its sums are mostly those that its lines are in. */
const nodesRemembered = 8;

function remembered(nodes: Nodes): Nodes {
  const recent = new Map<number, Promise<TreeNode>>();
  return (nodeId) => {
    const read = recent.get(nodeId) ?? nodes(nodeId);
    recent.set(nodeId, read);
    const [oldest] = recent.keys();
    if (oldest !== undefined && recent.size > nodesRemembered) recent.delete(oldest);
    return read;
  };
}
