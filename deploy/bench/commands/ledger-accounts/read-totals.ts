import type { EventStore } from '@ledger/shared/event-store/event-store';
import { fromRecordedEvent } from '@ledger/shared/events/account-event-json';
import { deltaOf } from '@ledger/shared/events/account-events';
import { accountStream } from '@ledger/shared/events/streams';
import type { AccountTotals } from '../book.ts';
import { accountId } from '../commands.ts';

const AT_ONCE = 16;

/**
 * What the accounts have, in the order of their numbers: the sums of their streams' events.
 * @throws Error where an event tells another balance, or two events have one transaction id
 */
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
  const stream = accountStream(accountId(account));
  const transactionIds = new Set<string>();
  let balanceMinor = 0n;
  for await (const recorded of store.readForwards(stream, 0)) {
    const { event, context, revision } = fromRecordedEvent(recorded);
    if (event?.type === 'AccountOpened') continue;
    // Every withdrawal fits, so none is refused.
    if (event?.type !== 'Deposited' && event?.type !== 'Withdrawn') {
      throw new Error(`${stream}: a ${recorded.type} at revision ${revision}`);
    }
    balanceMinor += deltaOf(event);
    if (context.account.balance !== balanceMinor || event.balance !== balanceMinor) {
      throw new Error(`${stream}: the balance at revision ${revision} is not the sum of all before, ${balanceMinor}`);
    }
    if (transactionIds.has(event.transactionId)) throw new Error(`${stream}: ${event.transactionId} is there twice`);
    transactionIds.add(event.transactionId);
  }
  return { balanceMinor, transactions: transactionIds.size };
}
