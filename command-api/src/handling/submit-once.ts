import type { EventStore } from '@ledger/shared/event-store/event-store';
import type { Causation } from '@ledger/shared/events/account-events';
import { maxBalanceMinor } from '@ledger/shared/money';
import type { TransactionCommand } from '../account/commands.ts';
import type { AccountQueues } from './account-queue.ts';
import type { Outcome } from './outcome.ts';
import { type Reservation, reserveUid } from './reserve-uid.ts';
import type { Timers } from './timers.ts';

export type UniqueOutcome =
  | Outcome
  | Exclude<Reservation, { kind: 'reserved' }>
  /** More than any account can hold. */
  | { readonly kind: 'amount-too-large' };

/** Submits a command whose transaction id stands for one transaction in the whole service, whatever the account. */
export type UniqueSubmitter = (command: TransactionCommand, causation: Causation) => Promise<UniqueOutcome>;

export interface UniqueDependencies {
  readonly store: EventStore;
  readonly timers: Timers;
  readonly queues: Pick<AccountQueues, 'preview' | 'submit'>;
  readonly deadlineMs: number;
  /** Told of each outcome that no submission to the queues has. */
  readonly onOutcome: (outcome: UniqueOutcome) => void;
}

/** Past so many that are under way the answer is `overloaded`, at once. */
const defaultMostUnderWay = 2_000;

/**
 * First the command is decided without recording anything: what would not use its id up reserves nothing. Then the id is
 * reserved, in a stream that can begin only once; then the command is submitted. A crash in between leaves nothing half
 * done: the retry finds the reservation to be its own, and goes on.
 * @throws what the queues and the reservation throw (of the promise)
 */
export function createUniqueSubmitter(
  dependencies: UniqueDependencies,
  mostUnderWay = defaultMostUnderWay,
): UniqueSubmitter {
  const { store, timers, queues, deadlineMs, onOutcome } = dependencies;
  let underWay = 0;

  /** What ends the command before it is submitted. */
  async function endBefore(
    command: TransactionCommand,
    causation: Causation,
    deadline: number,
  ): Promise<UniqueOutcome | undefined> {
    const preview = await queues.preview({ command, causation, deadline });
    if (preview.kind === 'unsettled') return preview;
    if (preview.kind === 'rejected') return isTooLarge(preview) ? { kind: 'amount-too-large' } : preview;
    if (preview.kind === 'previewed' && preview.event.amount > maxBalanceMinor) return { kind: 'amount-too-large' };
    const reservation = await inTime(reserveUid({ store, timers }, command, causation, deadline), deadline);
    return reservation.kind === 'reserved' ? undefined : reservation;
  }

  function inTime(reserving: Promise<Reservation>, deadline: number): Promise<Reservation> {
    let cancel = () => {};
    const late = new Promise<Reservation>((resolve) => {
      cancel = timers.after(Math.max(deadline - timers.now(), 0), () =>
        resolve({ kind: 'unsettled', reason: 'service-unavailable' }),
      );
    });
    return Promise.race([reserving, late]).finally(cancel);
  }

  function told(outcome: UniqueOutcome): UniqueOutcome {
    onOutcome(outcome);
    return outcome;
  }

  return async function submitUnique(command, causation) {
    if (underWay >= mostUnderWay) return told({ kind: 'unsettled', reason: 'overloaded' });
    underWay += 1;
    try {
      const deadline = timers.now() + deadlineMs;
      const ended = await endBefore(command, causation, deadline);
      return ended ? told(ended) : await queues.submit({ command, causation, deadline });
    } finally {
      underWay -= 1;
    }
  };
}

function isTooLarge({ rejection }: Extract<Outcome, { kind: 'rejected' }>): boolean {
  return rejection.rule === 'balance-limit-exceeded' && rejection.amount > maxBalanceMinor;
}
