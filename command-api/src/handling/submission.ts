import type { Causation } from '@ledger/shared/events/account-events';
import type { TransactionCommand } from '../account/commands.ts';
import type { Outcome, Unsettled } from './outcome.ts';

/**
 * Commands of one account within one request. Once one of them ends without an outcome, the later ones are not decided:
 * a refusal is for ever, so it must not be decided without what came before it.
 */
export interface Sequence {
  broken: boolean;
}

export interface Submission {
  readonly command: TransactionCommand;
  readonly causation: Causation;
  readonly sequence?: Sequence;
}

/** A submission in its account's queue. */
export interface Waiting extends Submission {
  /** See {@link sizeOf}. */
  readonly sizeBytes: number;
  /** Of the monotonic clock, in milliseconds: when its client is to have an answer. */
  readonly deadline: number;
  /** Ids of every event that was sent to the store for this command, to know its own outcome when it is met again. */
  readonly sentIds: Set<string>;
  readonly settle: (outcome: Outcome) => void;
  readonly fail: (error: unknown) => void;
}

/** Bytes of what differs in size from command to command, as they stand in the event: for the bounds of queues and appends. */
export function sizeOf({ accountId, transactionId, description, metadata }: TransactionCommand): number {
  return accountId.length + transactionId.length + Buffer.byteLength(JSON.stringify([description, metadata]));
}

/**
 * Ends a command without an outcome.
 * @param undecided what to say of a command that was never sent to the store, and has none before it that ended so
 */
export function leaveUnsettled(waiting: Waiting, undecided: Unsettled): void {
  const { sequence, sentIds, settle } = waiting;
  const reason = sentIds.size > 0 ? 'outcome-unknown' : sequence?.broken ? 'not-attempted' : undecided;
  if (sequence) sequence.broken = true;
  settle({ kind: 'unsettled', reason });
}

/** Ends a command with an error that is nobody's outcome; the later ones of its request are not decided either. */
export function failWaiting({ sequence, fail }: Waiting, error: unknown): void {
  if (sequence) sequence.broken = true;
  fail(error);
}
