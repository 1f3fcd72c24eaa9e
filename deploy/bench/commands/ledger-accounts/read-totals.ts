import type { EventStore, RecordedEvent } from '@ledger/shared/event-store/event-store';
import { fromRecordedEvent } from '@ledger/shared/events/account-event-json';
import { deltaOf } from '@ledger/shared/events/account-events';
import { accountStream, accountStreamPrefix } from '@ledger/shared/events/streams';
import type { AccountTotals } from '../book.ts';
import { accountId } from '../commands.ts';

/** Far more than any store has. */
const ALL_EVENTS = 1_000_000_000;

interface Fold {
  balanceMinor: bigint;
  nextRevision: number;
  readonly transactionIds: Set<string>;
}

/**
 * What the accounts have, in the order of their numbers: all events of the store, added up.
 * @throws Error where an event tells another balance than the sum, a revision is left out, or two events of an account
 *   have one transaction id
 */
export async function readLedgerTotals(
  store: Pick<EventStore, 'readAllForwards'>,
  accounts: number,
): Promise<AccountTotals[]> {
  const folds = new Map<string, Fold>();
  for (let account = 0; account < accounts; account += 1) {
    folds.set(accountStream(accountId(account)), { balanceMinor: 0n, nextRevision: 0, transactionIds: new Set() });
  }
  for await (const recorded of store.readAllForwards(0n, ALL_EVENTS)) {
    if (!recorded.stream.startsWith(accountStreamPrefix)) continue;
    const fold = folds.get(recorded.stream);
    if (!fold) throw new Error(`${recorded.stream} is no account of this benchmark`);
    addEvent(fold, recorded);
  }
  return [...folds.values()].map(({ balanceMinor, transactionIds }) => ({
    balanceMinor,
    transactions: transactionIds.size,
  }));
}

function addEvent(fold: Fold, recorded: RecordedEvent): void {
  const { event, context, revision } = fromRecordedEvent(recorded);
  const wrong = (what: string) => new Error(`${recorded.stream}, revision ${revision}: ${what}`);
  if (revision !== fold.nextRevision) throw wrong(`${fold.nextRevision} was to come`);
  fold.nextRevision += 1;
  if (event?.type === 'AccountOpened') return;
  // Every withdrawal fits, so none is refused.
  if (event?.type !== 'Deposited' && event?.type !== 'Withdrawn') throw wrong(`a ${recorded.type}`);
  fold.balanceMinor += deltaOf(event);
  if (context.account.balance !== fold.balanceMinor) {
    throw wrong(`the balance is ${context.account.balance}, the sum ${fold.balanceMinor}`);
  }
  if (fold.transactionIds.has(event.transactionId)) throw wrong(`${event.transactionId} a second time`);
  fold.transactionIds.add(event.transactionId);
}
