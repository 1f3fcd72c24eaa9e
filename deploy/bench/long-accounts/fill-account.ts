import type { JsonEvent } from '@ledger/shared/event-store/event-store';
import { toJsonEvent } from '@ledger/shared/events/account-event-json';
import type { Asked } from '@ledger/shared/events/account-events';
import { accountStream } from '@ledger/shared/events/streams';
import { writeFirstEvents } from '../../embedded/event-store/first-events.ts';
import { encodeEvent } from '../../embedded/event-store/record.ts';
import { openStorage, type Row } from '../../embedded/event-store/storage.ts';
import { OPENED_AT, type PastTransaction, pastEvents } from './long-account.ts';

const ROWS_PER_COMMIT = 20_000;

const causation = { correlationId: 'long', causationId: 'long', actor: null, traceparent: null };
const currency = { currency: 'EUR', decimals: 2 };

/** For those who retry none of them. */
const unknownContent = (): Asked => ({ hash: '0'.repeat(64), effectiveAt: null });

/**
 * Makes a store that holds an account of so many transactions, as the ledger would have recorded them in the course of time;
 * through the node's storage layer, which takes a fifth of the time that appends do. The node must not run on the directory.
 */
export async function fillAccount(
  directory: string,
  accountId: string,
  transactions: number,
  askedOf: (transaction: PastTransaction) => Asked = unknownContent,
): Promise<void> {
  const storage = await openStorage(directory);
  try {
    await writeFirstEvents(storage);
    const number = storage.newest() + 1;
    const name = accountStream(accountId);
    let revision = 0;
    let rows: Row[] = [];
    for (const [createdMs, { id, type, data, metadata }] of eventsOf(accountId, transactions, askedOf)) {
      const sequence = number + revision;
      const stream = { number, revision, ...(revision === 0 ? { newName: name } : {}) };
      const event = { id, type, isJson: true, metadata: bytesOf(metadata), data: bytesOf(data) };
      rows.push({ sequence, stream, record: encodeEvent({ sequence, stream: name, revision }, createdMs, event) });
      revision += 1;
      if (rows.length === ROWS_PER_COMMIT) {
        await storage.commit(rows);
        rows = [];
      }
    }
    if (rows.length > 0) await storage.commit(rows);
  } finally {
    await storage.close();
  }
}

function* eventsOf(
  accountId: string,
  transactions: number,
  askedOf: (transaction: PastTransaction) => Asked,
): Generator<[createdMs: number, event: JsonEvent]> {
  const opening = { type: 'AccountOpened', accountId, name: 'Long', ...currency, metadata: {} } as const;
  const opened = { balance: 0n, latestEffectiveAt: null, ...currency };
  const asked = { hash: '0'.repeat(64), effectiveAt: null };
  yield [OPENED_AT, toJsonEvent(uuidOf(0), opening, { ...causation, recordedAt: OPENED_AT, asked, account: opened })];
  let n = 0;
  for (const { event, recordedAt, latestEffectiveAt, asked } of pastEvents(accountId, transactions, askedOf)) {
    n += 1;
    const account = { balance: event.balance, latestEffectiveAt, ...currency };
    yield [recordedAt, toJsonEvent(uuidOf(n), event, { ...causation, recordedAt, asked, account })];
  }
}

const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const uuidOf = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
