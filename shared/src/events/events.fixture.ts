import fc from 'fast-check';
import type { RecordedEvent } from '../event-store/event-store.ts';
import { earliestInstant, latestInstant } from '../time.ts';
import type { AccountEvent, EventContext } from './account-events.ts';

const instant = fc.integer({ min: earliestInstant, max: latestInstant });
const minor = fc.bigInt({ min: 0n, max: 10n ** 18n - 1n });
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const metadata = fc.dictionary(
  text.filter((key) => key !== '__proto__'),
  text,
  { noNullPrototype: true },
);
const transaction = {
  accountId: fc.constant('alice'),
  transactionId: fc.constant('t'),
  amount: minor,
  currency: fc.constant('EUR'),
  effectiveAt: instant,
  description: text,
  metadata,
  balance: minor,
};
export const contextWith = (decimals: number): fc.Arbitrary<EventContext> =>
  fc.record({
    recordedAt: instant,
    correlationId: text,
    causationId: text,
    actor: fc.option(text),
    traceparent: fc.option(text),
    asked: fc.record({ hash: fc.constant('ff'), effectiveAt: fc.option(instant) }),
    account: fc.record({
      balance: minor,
      latestEffectiveAt: fc.option(instant),
      currency: fc.constant('EUR'),
      decimals: fc.constant(decimals),
    }),
  });
export const eventWith = (decimals: number): fc.Arbitrary<AccountEvent> =>
  fc.oneof(
    fc.record({
      type: fc.constant('AccountOpened' as const),
      accountId: fc.constant('alice'),
      name: text,
      currency: fc.constant('EUR'),
      decimals: fc.constant(decimals),
      metadata,
    }),
    fc.record({ type: fc.constantFrom('Deposited' as const, 'Withdrawn' as const), ...transaction }),
    fc.record({
      type: fc.constant('WithdrawalRefused' as const),
      ...transaction,
      reason: fc.constantFrom('insufficient-funds' as const, 'insufficient-funds-at-date' as const),
      shortfall: minor,
      firstNegativeAt: fc.option(instant),
    }),
  );

export function recorded(event: Pick<RecordedEvent, 'id' | 'type' | 'data' | 'metadata'>): RecordedEvent {
  return { stream: 'account-alice', revision: 3, position: 9n, created: new Date(0), ...event };
}
