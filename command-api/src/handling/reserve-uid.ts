import { randomUUID } from 'node:crypto';
import {
  type EventStore,
  OutcomeUnknownError,
  StoreUnavailableError,
  WrongRevisionError,
} from '@ledger/shared/event-store/event-store';
import type { Causation } from '@ledger/shared/events/account-events';
import { uidStream } from '@ledger/shared/events/streams';
import { readReservation, toReservationEvent, type UidReservation } from '@ledger/shared/events/uid-reservation';
import { formatDecimal } from '@ledger/shared/money';
import { formatInstant } from '@ledger/shared/time';
import type { TransactionCommand } from '../account/commands.ts';
import { appendUntilKnown } from './append.ts';
import type { Timers } from './timers.ts';

export type Reservation =
  /** For this very content, now or at any time before. */
  | { readonly kind: 'reserved' }
  | { readonly kind: 'uid-reused'; readonly differs: readonly ('accountId' | 'type' | 'amount' | 'effectiveAt')[] }
  | { readonly kind: 'unsettled'; readonly reason: 'service-unavailable' };

const retryPauseMs = 100;

/**
 * Reserves the command's transaction id in the whole service, for its content as it was sent. Whoever comes first has it for
 * ever. Nothing is decided by it: a reservation whose command never came waits for that command's retry.
 * @param deadline of the timers' time, in milliseconds; a read that is under way may take longer
 * @throws StreamDamagedError
 */
export async function reserveUid(
  { store, timers }: { readonly store: EventStore; readonly timers: Timers },
  command: TransactionCommand,
  causation: Causation,
  deadline: number,
): Promise<Reservation> {
  const { transactionId: uid } = command;
  const wanted = reservationFor(command);
  const event = toReservationEvent(randomUUID(), wanted, causation);
  for (;;) {
    try {
      const { revision } = await appendUntilKnown({ store, timers }, uidStream(uid), [event], 'no_stream', deadline);
      if (revision === 0) return { kind: 'reserved' };
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
    // Somebody was first, or it is not certain that this one was.
    try {
      const found = await readReservation(store, uid);
      if (found) return compare(wanted, found);
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
    if (timers.now() + retryPauseMs >= deadline) return { kind: 'unsettled', reason: 'service-unavailable' };
    await timers.pause(retryPauseMs);
  }
}

function isPassing(error: unknown): boolean {
  return [WrongRevisionError, OutcomeUnknownError, StoreUnavailableError].some((kind) => error instanceof kind);
}

function reservationFor({ accountId, transactionId, type, amount, effectiveAt }: TransactionCommand): UidReservation {
  return {
    uid: transactionId,
    accountId,
    type,
    amount: formatDecimal(amount),
    effectiveAt: effectiveAt === undefined ? null : formatInstant(effectiveAt),
  };
}

function compare(wanted: UidReservation, found: UidReservation): Reservation {
  const fields = ['accountId', 'type', 'amount', 'effectiveAt'] as const;
  const differs = fields.filter((field) => wanted[field] !== found[field]);
  return differs.length > 0 ? { kind: 'uid-reused', differs } : { kind: 'reserved' };
}
