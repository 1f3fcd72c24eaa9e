import { randomUUID } from 'node:crypto';
import type { EventStore, JsonEvent } from '@ledger/shared/event-store/event-store';
import { toJsonEvent } from '@ledger/shared/events/account-event-json';
import { type AccountAfter, type AccountEvent, deltaOf } from '@ledger/shared/events/account-events';
import { accountStream } from '@ledger/shared/events/streams';
import type { Instant } from '@ledger/shared/time';

export interface Line {
  readonly transactionId: string;
  readonly effectiveAt: Instant;
  readonly recordedAt: Instant;
  readonly delta: bigint;
  readonly revision: number;
}

export interface AccountHistory {
  readonly accountId: string;
  readonly lines: readonly Line[];
  readonly balance: bigint;
  readonly revision: number;
  /** The next event: `delta` in minor units at `effectiveAt`; a withdrawal that is not covered is recorded as refused. */
  transact(delta: bigint, effectiveAt: Instant, recordedAt: Instant, transactionId?: string): JsonEvent;
  /** An event of a type that nobody knows; `after` changes what it says of the account. */
  unknown(recordedAt: Instant, after?: Partial<AccountAfter>): JsonEvent;
  /** The opening, then all that came since, in order. */
  readonly events: readonly JsonEvent[];
}

/** Writes an account's events by hand, as a decider would that only knows the current balance, and keeps a plain list of its lines. */
export function accountHistory(accountId: string, openedAt: Instant, currency = 'EUR', decimals = 2): AccountHistory {
  const events: JsonEvent[] = [];
  const lines: Line[] = [];
  let after: AccountAfter = { balance: 0n, latestEffectiveAt: null, currency, decimals };

  function add(event: AccountEvent, recordedAt: Instant): JsonEvent {
    const asked = { hash: '00', effectiveAt: null };
    const causation = { correlationId: 'c', causationId: 'c', actor: null, traceparent: null };
    const json = toJsonEvent(randomUUID(), event, { recordedAt, asked, account: after, ...causation });
    events.push(json);
    return json;
  }

  function transact(delta: bigint, effectiveAt: Instant, recordedAt: Instant, transactionId?: string): JsonEvent {
    const revision = events.length;
    const id = transactionId ?? `t-${revision}`;
    const amount = delta < 0n ? -delta : delta;
    const content = { accountId, transactionId: id, amount, currency, effectiveAt, description: `no. ${revision}` };
    const refused = after.balance + delta < 0n;
    if (!refused) {
      const latestEffectiveAt = Math.max(after.latestEffectiveAt ?? effectiveAt, effectiveAt);
      after = { ...after, balance: after.balance + delta, latestEffectiveAt };
    }
    const fact = { ...content, metadata: { n: String(revision) }, balance: after.balance };
    if (refused) {
      const shortfall = amount - after.balance;
      const reason = 'insufficient-funds' as const;
      return add({ type: 'WithdrawalRefused', ...fact, reason, shortfall, firstNegativeAt: null }, recordedAt);
    }
    const event: AccountEvent = { type: delta > 0n ? 'Deposited' : 'Withdrawn', ...fact };
    lines.push({ transactionId: id, effectiveAt, recordedAt, delta: deltaOf(event), revision });
    return add(event, recordedAt);
  }

  function unknown(recordedAt: Instant, changed: Partial<AccountAfter> = {}): JsonEvent {
    const known: AccountEvent = { type: 'AccountOpened', accountId, name: accountId, currency, decimals, metadata: {} };
    const before = after;
    after = { ...after, ...changed };
    const { id, data, metadata } = add(known, recordedAt);
    after = before;
    const json = { id, data, metadata, type: 'AccountPainted' };
    events.splice(-1, 1, json);
    return json;
  }

  add(
    { type: 'AccountOpened', accountId, name: `Name of ${accountId}`, currency, decimals, metadata: { k: 'v' } },
    openedAt,
  );
  return {
    accountId,
    lines,
    events,
    transact,
    unknown,
    get balance() {
      return after.balance;
    },
    get revision() {
      return events.length - 1;
    },
  };
}

/** Appends what the history has and the stream does not have yet. */
export async function appendHistory(store: EventStore, { accountId, events }: AccountHistory, upTo = events.length) {
  const last = await store.readLast(accountStream(accountId));
  const from = last ? last.revision + 1 : 0;
  if (from < upTo)
    await store.append(accountStream(accountId), events.slice(from, upTo), last?.revision ?? 'no_stream', 5_000);
}
