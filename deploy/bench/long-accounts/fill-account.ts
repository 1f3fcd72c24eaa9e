import type { Asked } from '@ledger/shared/events/account-events';
import { type PastEvent, writeEvents } from '../histories/write-events.ts';
import { OPENED_AT, type PastTransaction, pastEvents } from './long-account.ts';

const causation = { correlationId: 'long', causationId: 'long', actor: null, traceparent: null };
const currency = { currency: 'EUR', decimals: 2 };

/** For those who retry none of them. */
const unknownContent = (): Asked => ({ hash: '0'.repeat(64), effectiveAt: null });

/** Makes a store that holds an account of so many transactions. The node must not run on the directory. */
export async function fillAccount(
  directory: string,
  accountId: string,
  transactions: number,
  askedOf: (transaction: PastTransaction) => Asked = unknownContent,
): Promise<void> {
  await writeEvents(directory, eventsOf(accountId, transactions, askedOf));
}

function* eventsOf(
  accountId: string,
  transactions: number,
  askedOf: (transaction: PastTransaction) => Asked,
): Generator<PastEvent> {
  const opening = { type: 'AccountOpened', accountId, name: 'Long', ...currency, metadata: {} } as const;
  const opened = { balance: 0n, latestEffectiveAt: null, ...currency };
  const asked = { hash: '0'.repeat(64), effectiveAt: null };
  yield { event: opening, context: { ...causation, recordedAt: OPENED_AT, asked, account: opened } };
  for (const { event, recordedAt, latestEffectiveAt, asked } of pastEvents(accountId, transactions, askedOf)) {
    const account = { balance: event.balance, latestEffectiveAt, ...currency };
    yield { event, context: { ...causation, recordedAt, asked, account } };
  }
}
