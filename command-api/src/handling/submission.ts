import type { Causation } from '@ledger/shared/events/account-events';
import type { TransactionCommand } from '../account/commands.ts';
import type { Outcome, Previewed, Unsettled } from './outcome.ts';

/**
 * Commands of one account within one request. Once one of them ends without an outcome, the later ones are not decided:
 * a refusal is for ever, so it must not be decided without what came before it.
 */
export interface Sequence {
  /** One of them ended without an outcome while it waited: those behind it do too. */
  broken: boolean;
  /** One of them was not taken into its queue: none is any more, but those before it go on. */
  ended?: boolean;
}

export interface Submission {
  readonly command: TransactionCommand;
  readonly causation: Causation;
  readonly sequence?: Sequence | undefined;
  /** When its outcome comes at the latest, of the timers' time, in milliseconds; where it is left out, as the queues have it. */
  readonly deadline?: number;
}

/**
 * `queued`: its turn has not come. `handled`: its account is being read. `sent`: the store was told of its event, or of its
 * double's. `outrun`: it was, but others' events came first, and none that was sent for it can be written any more.
 */
export type Stage = 'queued' | 'handled' | 'sent' | 'outrun';

const reasons = {
  queued: 'overloaded',
  handled: 'service-unavailable',
  sent: 'outcome-unknown',
  outrun: 'overloaded',
} as const satisfies Record<Stage, Unsettled>;

/** A submission in its account's queue. */
export interface Waiting extends Pick<Submission, 'command' | 'causation' | 'sequence'> {
  /** To be decided only, and not appended. */
  readonly isPreview: boolean;
  /** See {@link sizeOf}. */
  readonly sizeBytes: number;
  /** When it ends without an outcome, if it has none by then; of the timers' time, in milliseconds. */
  readonly deadline: number;
  /** Ids of every event that was sent to the store for this command, to know its own outcome when it is met again. */
  readonly sentIds: Set<string>;
  /** The highest revision that such an event was appended at; -1 before. */
  sentAt: number;
  /** How far it has come, which is what can be said of it where it ends without an outcome. */
  stage: Stage;
  /** Whether it has not ended yet. It ends once: what comes later is passed over. */
  isOpen(): boolean;
  settle(outcome: Outcome | Previewed): void;
  fail(error: unknown): void;
}

/** A submission that waits from now on, and tells `settled` or `failed` when it has ended. */
export function createWaiting(
  submission: Submission,
  { isPreview, sizeBytes, deadline }: Pick<Waiting, 'isPreview' | 'sizeBytes' | 'deadline'>,
  settled: (outcome: Outcome | Previewed) => void,
  failed: (error: unknown) => void,
): Waiting {
  const { command, causation, sequence } = submission;
  let open = true;
  return {
    command,
    causation,
    sequence,
    isPreview,
    sizeBytes,
    deadline,
    sentIds: new Set(),
    sentAt: -1,
    stage: 'queued',
    isOpen: () => open,
    settle(outcome) {
      if (!open) return;
      open = false;
      settled(outcome);
    },
    fail(error) {
      if (!open) return;
      open = false;
      failed(error);
    },
  };
}

/** Bytes of what differs in size from command to command, as they stand in the event: for the bounds of queues and appends. */
export function sizeOf({ accountId, transactionId, description, metadata }: TransactionCommand): number {
  return accountId.length + transactionId.length + Buffer.byteLength(JSON.stringify([description, metadata]));
}

/**
 * Whether a command is to be decided now: it has not ended, and neither has an earlier one of its request without an
 * outcome. Where one has, this one ends too.
 */
export function isToBeDecided(waiting: Waiting): boolean {
  if (waiting.isOpen() && waiting.sequence?.broken) leaveUnsettled(waiting);
  return waiting.isOpen();
}

/** Ends a command without an outcome, and with it the later ones of its request. */
export function leaveUnsettled(waiting: Waiting): void {
  if (!waiting.isOpen()) return;
  const { sequence, stage } = waiting;
  const reason = sequence?.broken && stage !== 'sent' ? 'not-attempted' : reasons[stage];
  if (sequence) sequence.broken = true;
  waiting.settle({ kind: 'unsettled', reason });
}

/** Ends a command with an error that is nobody's outcome; the later ones of its request are not decided either. */
export function failWaiting(waiting: Waiting, error: unknown): void {
  if (!waiting.isOpen()) return;
  if (waiting.sequence) waiting.sequence.broken = true;
  waiting.fail(error);
}
