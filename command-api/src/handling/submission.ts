import type { Causation } from '@ledger/shared/events/account-events';
import type { TransactionCommand } from '../account/commands.ts';
import type { Outcome } from './outcome.ts';

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
  /** Bytes of the command as it was sent, for the bounds of queues and appends. */
  readonly sizeBytes: number;
  readonly sequence?: Sequence;
}

/** A submission in its account's queue. */
export interface Waiting extends Submission {
  /** Of the monotonic clock, in milliseconds: when its client is to have an answer. */
  readonly deadline: number;
  /** Ids of every event that was sent to the store for this command, to know its own outcome when it is met again. */
  readonly sentIds: Set<string>;
  readonly settle: (outcome: Outcome) => void;
  readonly fail: (error: unknown) => void;
}

/** Ends a command without an outcome. */
export function leaveUnsettled(waiting: Waiting, reason: Extract<Outcome, { kind: 'unsettled' }>['reason']): void {
  if (waiting.sequence) waiting.sequence.broken = true;
  waiting.settle({ kind: 'unsettled', reason });
}
