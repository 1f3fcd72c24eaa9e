import type { EventStore } from '@ledger/shared/event-store/event-store';
import { fromRecordedEvent } from '@ledger/shared/events/account-event-json';
import { accountStream } from '@ledger/shared/events/streams';
import type { AccountTotals } from '../book.ts';
import { accountId } from '../commands.ts';

const AT_ONCE = 32;

/** What the accounts have by the newest event of each stream, in the order of their numbers. */
export async function readLedgerTotals(store: EventStore, accounts: number): Promise<AccountTotals[]> {
  const totals: AccountTotals[] = [];
  let next = 0;
  const readOthers = async () => {
    for (let account = next++; account < accounts; account = next++) totals[account] = await readOne(store, account);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, readOthers));
  return totals;
}

async function readOne(store: EventStore, account: number): Promise<AccountTotals> {
  const newest = await store.readLast(accountStream(accountId(account)));
  if (!newest) throw new Error(`ledger: ${accountId(account)} has no stream`);
  const { context, revision } = fromRecordedEvent(newest);
  // The opening is revision 0, and the workloads have no refusals: every later event is a transaction that took effect.
  return { balanceMinor: context.account.balance, transactions: revision };
}
