import type { TransactionCommand } from '../account/commands.ts';
import { createContention } from './contention.ts';
import { type GroupDependencies, handleGroup } from './handle-group.ts';
import type { Outcome, Previewed, Unsettled } from './outcome.ts';
import { createQueueRoom, type Place, type RoomLimits } from './queue-room.ts';
import { createWaiting, failWaiting, leaveUnsettled, type Submission, type Waiting } from './submission.ts';

export interface QueueLimits extends RoomLimits {
  /** Accounts that are read or appended to at the same time. More would only wait inside the store, for longer than an attempt may take. */
  readonly accountsAtOnce: number;
  /** Commands of one account that are decided together; retries of what is recorded need no place in the append. */
  readonly commandsPerGroup: number;
}

export const defaultQueueLimits: QueueLimits = {
  commands: 20_000,
  bytes: 64 * 1024 * 1024,
  accountsAtOnce: 256,
  commandsPerGroup: 500,
};

/** One account, one queue, one append: see DESIGN. Accounts take turns, a group each; within one, commands go in order. */
export interface AccountQueues {
  /**
   * Decides a command. The outcome comes when `deadlineMs` has passed at the latest, whether its client stays or not: where
   * no place is given and none is free, at once.
   */
  submit(submission: Submission, place?: Place): Promise<Outcome>;
  /** Decides a command without recording anything: the outcome is the one that it has already, or tells what it would have. */
  preview(submission: Submission): Promise<Outcome | Previewed>;
  /** Waits for a place for this command, and takes it: the command's submission must follow. */
  placeFor(command: TransactionCommand): Promise<Place>;
  /** Commands that wait or are being decided. */
  readonly size: number;
  /** Resolves when no command waits. */
  idle(): Promise<void>;
}

/** What waits for one account. */
interface Queue {
  /** What was taken before and is still to be decided: it comes first. */
  next: readonly Waiting[];
  /** In the order that they came. One that ends leaves at once, so that nothing is kept of it. */
  readonly waiting: Set<Waiting>;
}

function takeGroup(queue: Queue, most: number): readonly Waiting[] {
  const group = [...queue.next];
  queue.next = [];
  for (const waiting of queue.waiting) {
    if (group.length >= most) break;
    group.push(waiting);
    queue.waiting.delete(waiting);
  }
  return group;
}

export function createAccountQueues(
  given: Omit<GroupDependencies, 'contention'> & { readonly onOutcome: (outcome: Outcome) => void },
  deadlineMs: number,
  limits: QueueLimits = defaultQueueLimits,
): AccountQueues {
  const { timers, cache, recent, onOutcome } = given;
  const contention = createContention(timers);
  const dependencies: GroupDependencies = { ...given, contention };
  const room = createQueueRoom(limits);
  const queues = new Map<string, Queue>();
  /** Accounts whose turn has not come. An account with a queue is here, pauses, or its group is being handled. */
  const turns: string[] = [];
  let handled = 0;

  function take(waiting: Waiting): void {
    const { accountId } = waiting.command;
    const queue = queues.get(accountId);
    if (queue) {
      queue.waiting.add(waiting);
      return;
    }
    queues.set(accountId, { next: [], waiting: new Set([waiting]) });
    giveTurn(accountId);
    // So that commands which come together are decided together.
    if (turns.length === 1) void timers.endOfTurn().then(handleNext);
  }

  function giveTurn(accountId: string): void {
    const pauseMs = contention.pauseMs(accountId);
    if (pauseMs > 0) void timers.pause(pauseMs).then(() => begin(accountId));
    else turns.push(accountId);
  }

  function begin(accountId: string): void {
    turns.push(accountId);
    handleNext();
  }

  function handleNext(): void {
    while (handled < limits.accountsAtOnce) {
      const accountId = turns.shift();
      if (accountId === undefined) return;
      handled += 1;
      void handleTurn(accountId).then(() => {
        handled -= 1;
        handleNext();
      });
    }
  }

  async function handleTurn(accountId: string): Promise<void> {
    const queue = queues.get(accountId);
    if (!queue) throw new Error(`account ${accountId} has a turn, but no queue`);
    const group = takeGroup(queue, limits.commandsPerGroup);
    try {
      queue.next = await handleGroup(dependencies, accountId, group);
    } catch (error) {
      cache.forget(accountId);
      recent.clear();
      for (const waiting of group) failWaiting(waiting, error);
    }
    if (queue.next.length > 0 || queue.waiting.size > 0) giveTurn(accountId);
    else queues.delete(accountId);
  }

  /** Ends a submission that does not reach its queue. */
  function turnAway({ sequence }: Submission, reason: Unsettled): Outcome {
    if (sequence) sequence.ended = true;
    return { kind: 'unsettled', reason };
  }

  async function enter(submission: Submission, isPreview: boolean, reserved?: Place): Promise<Outcome | Previewed> {
    const { command, sequence } = submission;
    if (sequence?.broken || sequence?.ended) {
      if (reserved) room.leave(reserved);
      return turnAway(submission, 'not-attempted');
    }
    const place = reserved ?? room.enter(command);
    if (!place) return turnAway(submission, 'overloaded');
    return new Promise((resolve, reject) => {
      const end = () => {
        cancelDeadline();
        queues.get(place.accountId)?.waiting.delete(waiting);
        room.leave(place);
      };
      const settled = (outcome: Outcome | Previewed) => {
        end();
        resolve(outcome);
      };
      const failed = (error: unknown) => {
        end();
        reject(error);
      };
      const deadline = submission.deadline ?? timers.now() + deadlineMs;
      const { sizeBytes } = place;
      const waiting = createWaiting(submission, { isPreview, sizeBytes, deadline }, settled, failed);
      const cancelDeadline = timers.after(Math.max(deadline - timers.now(), 0), () => leaveUnsettled(waiting));
      take(waiting);
    });
  }

  return {
    async submit(submission, reserved) {
      const outcome = await enter(submission, false, reserved);
      if (outcome.kind === 'previewed') throw new Error('a command was only previewed');
      onOutcome(outcome);
      return outcome;
    },
    preview: (submission) => enter(submission, true),
    placeFor: (command) => room.waitFor(command),
    get size() {
      return room.size;
    },
    idle: () => room.empty(),
  };
}
