import type { TransactionCommand } from '../account/commands.ts';
import { sizeOf } from './submission.ts';

export interface RoomLimits {
  /** Commands that may wait, of all accounts together. */
  readonly commands: number;
  /** Bytes of the commands that wait. */
  readonly bytes: number;
}

/** Room in the queues that is taken for one command. */
export interface Place {
  readonly accountId: string;
  readonly sizeBytes: number;
}

/** The room that all queues share, so that what waits is bounded in number and bytes. */
export interface QueueRoom {
  /** Takes a place where one is free. */
  enter(command: TransactionCommand): Place | undefined;
  /** Waits for a place, and takes it. */
  waitFor(command: TransactionCommand): Promise<Place>;
  leave(place: Place): void;
  /** Commands that have a place. */
  readonly size: number;
  /** Resolves when no place is taken. */
  empty(): Promise<void>;
}

/**
 * No account may take more room than it leaves free: one busy account gets half of it, nine get a tenth each, and there is
 * always some for an account that comes new (A. K. Choudhury and E. L. Hahne, "Dynamic queue length thresholds for
 * shared-memory packet switches", 1998, with alpha = 1).
 */
export function createQueueRoom(limits: RoomLimits): QueueRoom {
  const takenBy = new Map<string, { commands: number; bytes: number }>();
  const onLeave = new Set<() => void>();
  let commands = 0;
  let bytes = 0;

  function enter(command: TransactionCommand): Place | undefined {
    const { accountId } = command;
    const taken = takenBy.get(accountId) ?? { commands: 0, bytes: 0 };
    if (taken.commands >= limits.commands - commands || taken.bytes >= limits.bytes - bytes) return undefined;
    const sizeBytes = sizeOf(command);
    commands += 1;
    bytes += sizeBytes;
    taken.commands += 1;
    taken.bytes += sizeBytes;
    takenBy.set(accountId, taken);
    return { accountId, sizeBytes };
  }

  const someoneLeaves = () => new Promise<void>((resolve) => onLeave.add(resolve));

  return {
    enter,
    async waitFor(command) {
      for (;;) {
        const place = enter(command);
        if (place) return place;
        await someoneLeaves();
      }
    },
    leave({ accountId, sizeBytes }) {
      const taken = takenBy.get(accountId);
      if (!taken) throw new Error(`account ${accountId} has no place to leave`);
      commands -= 1;
      bytes -= sizeBytes;
      taken.commands -= 1;
      taken.bytes -= sizeBytes;
      if (taken.commands === 0) takenBy.delete(accountId);
      for (const wake of onLeave) wake();
      onLeave.clear();
    },
    get size() {
      return commands;
    },
    async empty() {
      while (commands > 0) await someoneLeaves();
    },
  };
}
