import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { type GroupDependencies, handleGroup } from './handle-group.ts';
import type { Outcome } from './outcome.ts';
import { leaveUnsettled, type Submission, type Waiting } from './submission.ts';

export interface QueueLimits {
  /** Commands that may wait, in all and for one account. */
  readonly commands: number;
  readonly commandsPerAccount: number;
  /** Bytes of the commands that wait. */
  readonly bytes: number;
}

export const defaultQueueLimits: QueueLimits = { commands: 20_000, commandsPerAccount: 5_000, bytes: 64 * 1024 * 1024 };

/** At most this many commands are decided at once (retries of what is recorded need no place in the append). */
const maxGroupCommands = 500;

/** One account, one queue, one append: see DESIGN. Accounts go on side by side; within one, commands in order. */
export interface AccountQueues {
  /** Decides a command. The outcome always comes, at the latest when `deadlineMs` has passed, whether its client stays or not. */
  submit(submission: Submission): Promise<Outcome>;
  /** Resolves when a command for this account would be taken. */
  roomFor(accountId: string): Promise<void>;
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

  function enter({ command, sizeBytes }: Submission): void {
    commands += 1;
    bytes += sizeBytes;
    sizes.set(command.accountId, (sizes.get(command.accountId) ?? 0) + 1);
  }

  function leave({ command, sizeBytes }: Submission): void {
    commands -= 1;
    bytes -= sizeBytes;
    const left = (sizes.get(command.accountId) ?? 0) - 1;
    if (left > 0) sizes.set(command.accountId, left);
    else sizes.delete(command.accountId);
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
        for (const waiting of group) waiting.fail(error);
      }
    }
    queues.delete(accountId);
  }

  function inTime(waiting: Waiting): boolean {
    if (performance.now() < waiting.deadline) return true;
    leaveUnsettled(waiting, waiting.sequence?.broken ? 'not-attempted' : 'overloaded');
    return false;
  }

  return {
    submit(submission) {
      const { accountId } = submission.command;
      if (submission.sequence?.broken) return Promise.resolve({ kind: 'unsettled', reason: 'not-attempted' });
      if (!hasRoom(accountId)) {
        if (submission.sequence) submission.sequence.broken = true;
        return Promise.resolve({ kind: 'unsettled', reason: 'overloaded' });
      }
      enter(submission);
      const deadline = performance.now() + deadlineMs;
      return new Promise<Outcome>((resolve, fail) => {
        const settle = (outcome: Outcome) => {
          dependencies.onOutcome(outcome);
          resolve(outcome);
        };
        const waiting: Waiting = { ...submission, deadline, sentIds: new Set(), settle, fail };
        const queue = queues.get(accountId);
        if (queue) {
          queue.push(waiting);
          return;
        }
        const started = [waiting];
        queues.set(accountId, started);
        void work(accountId, started);
      }).finally(() => leave(submission));
    },
    async roomFor(accountId) {
      while (!hasRoom(accountId)) await new Promise<void>((resolve) => onRoom.add(resolve));
    },
    get size() {
      return commands;
    },
    async idle() {
      while (commands > 0) await new Promise<void>((resolve) => onRoom.add(resolve));
    },
  };
}
