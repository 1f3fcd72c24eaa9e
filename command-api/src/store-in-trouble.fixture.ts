import type { EventStore } from '@ledger/shared/event-store/event-store';
import { connectEventStore } from '@ledger/shared/event-store/eventstoredb';
import { fromRecordedEvent } from '@ledger/shared/events/account-event-json';
import { accountStream } from '@ledger/shared/events/streams';
import { listen } from '@ledger/shared/http/server';
import { createLog } from '@ledger/shared/log';
import { Registry } from 'prom-client';
import { createCommandApi } from './app.ts';
import { setClock } from './handling/instance.fixture.ts';

/** The command API on a real client of an event store. */
export async function startCommandApiAt(
  eventStoreUrl: string,
  { deadlineMs, readTimeoutMs }: { deadlineMs: number; readTimeoutMs: number },
) {
  const store = connectEventStore(eventStoreUrl, { readTimeoutMs });
  const { app, queues } = createCommandApi({
    store,
    clock: setClock(),
    log: createLog('command-api', 'silent'),
    metrics: new Registry(),
    defaultCurrency: 'EUR',
    commandDeadlineMs: deadlineMs,
    accountCacheBytes: 64 * 1024 * 1024,
  });
  const server = await listen(app, '127.0.0.1', 0);
  const put = async (path: string, body: object) => {
    const response = await fetch(`http://127.0.0.1:${server.port}/v1/accounts/${path}`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    return {
      status: response.status,
      replayed: response.headers.get('Idempotent-Replayed') === 'true',
      retryAfter: response.headers.get('Retry-After'),
      body: (await response.json()) as Record<string, unknown>,
    };
  };
  return {
    open: (accountId: string) => put(accountId, { name: 'Alice' }),
    deposit: (accountId: string, transactionId: string, amount: string) =>
      put(`${accountId}/transactions/${transactionId}`, { type: 'deposit', amount }),
    withdraw: (accountId: string, transactionId: string, amount: string) =>
      put(`${accountId}/transactions/${transactionId}`, { type: 'withdrawal', amount }),
    async stop() {
      await server.close(0);
      await queues.idle();
      await store.dispose();
    },
  };
}

/** The transactions in an account's stream, in their order: `Deposited d`. */
export async function recorded(store: EventStore, accountId: string): Promise<string[]> {
  const found: string[] = [];
  for await (const event of store.readForwards(accountStream(accountId), 1)) {
    const { event: read } = fromRecordedEvent(event);
    if (!read || read.type === 'AccountOpened') throw new Error(`${event.type} is not expected here`);
    found.push(`${read.type} ${read.transactionId}`);
  }
  return found;
}
