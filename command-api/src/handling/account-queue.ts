import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import type { TransactionCommand } from '../account/commands.ts';
import { type GroupDependencies, handleGroup } from './handle-group.ts';
import type { Outcome, Unsettled } from './outcome.ts';
import { failWaiting, leaveUnsettled, type Submission, sizeOf, type Waiting } from './submission.ts';

export interface QueueLimits {
  /** Commands that may wait, in all and for one account. */
  readonly commands: number;
  readonly commandsPerAccount: number;
  /** Bytes of the commands that wait. */
  readonly bytes: number;
}

/** Room in the queues that is taken for one command. */
export interface Place {
  readonly accountId: string;
  readonly sizeBytes: number;
}

export const defaultQueueLimits: QueueLimits = { commands: 20_000, commandsPerAccount: 5_000, bytes: 64 * 1024 * 1024 };

/** At most this many commands are decided at once (retries of what is recorded need no place in the append). */
const maxGroupCommands = 500;

/** One account, one queue, one append: see DESIGN. Accounts go on side by side; within one, commands in order. */
export interface AccountQueues {
  /**
   * Decides a command. The outcome always comes, about when `deadlineMs` has passed at the latest, whether its client stays
   * or not: where no place is given and none is free, at once.
   */
  submit(submission: Submission, place?: Place): Promise<Outcome>;
  /** Waits for a place for this command, and takes it: the command's submission must follow. */
  placeFor(command: TransactionCommand): Promise<Place>;
  /** Commands that wait or are being decided. */
  readonly size: number;
  /** Resolves when no command waits. */
  idle(): Promise<void>;
}

export function createAccountQueues(
  dependencies: GroupDependencies & { readonly onOutcome: (outcome: Outcome) => void },
  deadlineMs: number,
  limits: QueueLimits = defaultQueueLimits,
): AccountQueues {
  const queues = new Map<string, Waiting[]>();
  const sizes = new Map<string, number>();
  const onRoom = new Set<() => void>();
  let commands = 0;
  let bytes = 0;

  function hasRoom(accountId: string): boolean {
    return (
      commands < limits.commands && bytes < limits.bytes && (sizes.get(accountId) ?? 0) < limits.commandsPerAccount
    );
  }

  function enter(command: TransactionCommand): Place | undefined {
    const { accountId } = command;
    if (!hasRoom(accountId)) return undefined;
    const sizeBytes = sizeOf(command);
    commands += 1;
    bytes += sizeBytes;
    sizes.set(accountId, (sizes.get(accountId) ?? 0) + 1);
    return { accountId, sizeBytes };
  }

  function leave({ accountId, sizeBytes }: Place): void {
    commands -= 1;
    bytes -= sizeBytes;
    const left = (sizes.get(accountId) ?? 0) - 1;
    if (left > 0) sizes.set(accountId, left);
    else sizes.delete(accountId);
    for (const wake of onRoom) wake();
    onRoom.clear();
  }

  async function work(accountId: string, queue: Waiting[]): Promise<void> {
    await setImmediate();
    while (queue.length > 0) {
      const group = queue.splice(0, maxGroupCommands).filter(inTime);
      if (group.length === 0) continue;
      try {
        queue.unshift(...(await handleGroup(dependencies, accountId, group)));
      } catch (error) {
        dependencies.cache.forget(accountId);
        for (const waiting of group) failWaiting(waiting, error);
      }
    }
    queues.delete(accountId);
  }

  function inTime(waiting: Waiting): boolean {
    if (performance.now() < waiting.deadline) return true;
    leaveUnsettled(waiting, 'overloaded');
    return false;
  }

  /** Ends a submission that does not reach its queue. */
  function turnAway({ sequence }: Submission, reason: Unsettled): Promise<Outcome> {
    if (sequence) sequence.broken = true;
    const outcome: Outcome = { kind: 'unsettled', reason };
    dependencies.onOutcome(outcome);
    return Promise.resolve(outcome);
  }

  return {
    submit(submission, reserved) {
      const { command, sequence } = submission;
      if (sequence?.broken) {
        if (reserved) leave(reserved);
        return turnAway(submission, 'not-attempted');
      }
      const place = reserved ?? enter(command);
      if (!place) return turnAway(submission, 'overloaded');
      const { accountId, sizeBytes } = place;
      const deadline = performance.now() + deadlineMs;
      return new Promise<Outcome>((resolve, fail) => {
        const settle = (outcome: Outcome) => {
          dependencies.onOutcome(outcome);
          resolve(outcome);
        };
        const waiting: Waiting = { ...submission, sizeBytes, deadline, sentIds: new Set(), settle, fail };
        const queue = queues.get(accountId);
        if (queue) {
          queue.push(waiting);
          return;
        }
        const started = [waiting];
        queues.set(accountId, started);
        void work(accountId, started);
      }).finally(() => leave(place));
    },
    async placeFor(command) {
      for (;;) {
        const place = enter(command);
        if (place) return place;
        await new Promise<void>((resolve) => onRoom.add(resolve));
      }
    },
    get size() {
      return commands;
    },
    async idle() {
      while (commands > 0) await new Promise<void>((resolve) => onRoom.add(resolve));
    },
  };
}
